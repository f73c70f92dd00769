import CLua

/// The objects that scripts of one state hold, by number. Numbers are never used twice.
struct ObjectTable {
    /// An object and the bytes that are counted for it.
    struct Entry {
        let object: AnyLuaObject
        var bytes: Int
    }

    /// An object's number as it goes to Lua.
    struct Number {
        let id: Int64
        let type: Int64
        let bytes: Int
    }

    var entries: [Int64: Entry] = [:]
    var ids: [ObjectIdentifier: Int64] = [:]
    var types: [ObjectIdentifier: Int64] = [:]
    var typeNames: [String] = []
    /// On their way to Lua: they may have no userdata yet, or one that Lua is about to collect.
    var inFlight: Set<Int64> = []
    private var lastID: Int64 = 0

    mutating func add(_ object: AnyLuaObject, bytes: Int) -> Int64 {
        lastID += 1
        entries[lastID] = Entry(object: object, bytes: bytes)
        ids[ObjectIdentifier(object.object)] = lastID
        return lastID
    }

    /// Returns the object, whose end the caller may wish to delay until the table is at rest.
    mutating func remove(_ id: Int64) -> AnyLuaObject? {
        guard let object = entries.removeValue(forKey: id)?.object else { return nil }
        ids[ObjectIdentifier(object.object)] = nil
        return object
    }
}

extension LuaCore {
    /// Forgets the objects that did not arrive: results do so only when the callback that returns them has returned.
    func dropUnreached() {
        guard mayHaveInFlight else { return }
        mayHaveInFlight = false
        let numbers = objects.inFlight
        objects.inFlight = []
        for id in numbers where unsafe !clua_has_object(host, id) { releaseObject(id) }
    }

    func object(_ id: Int64) -> LuaValue {
        objects.entries[id].map { .object($0.object) } ?? .nil
    }

    /// Lua has collected the object's userdata, or the object is gone. One that is on its way to Lua gets another.
    func releaseObject(_ id: Int64) {
        if !objects.inFlight.contains(id) { _ = objects.remove(id) }
    }

    func invalidate(_ object: some AnyObject) {
        guard let id = objects.ids[ObjectIdentifier(object)] else { return }
        dropUnreached()
        unsafe clua_end_object(host, id)
        releaseObject(id)
    }
}
