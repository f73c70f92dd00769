import CLua

/// Writes values in the encoded form that `clua_push` reads.
struct ValueWriter {
    private(set) var bytes: [UInt8] = []
    /// The state that the value is for; functions and tables of another one are refused.
    let core: LuaCore
    private var depth = 0

    init(core: LuaCore) {
        self.core = core
    }

    mutating func write(_ value: LuaValue) throws(LuaConversionError) {
        switch value {
        case .nil: tag(CLUA_TAG_NIL)
        case .null: tag(CLUA_TAG_NULL)
        case .boolean(let flag): tag(flag ? CLUA_TAG_TRUE : CLUA_TAG_FALSE)
        case .integer(let integer):
            tag(CLUA_TAG_INTEGER)
            raw(integer)
        case .number(let number):
            tag(CLUA_TAG_NUMBER)
            raw(number)
        case .string(let string):
            tag(CLUA_TAG_STRING)
            write(string.bytes)
        case .table(let table): try write(table)
        case .function(let function):
            guard function.slots === core.slots else {
                throw LuaConversionError("a function of another Lua state cannot be used here")
            }
            tag(CLUA_TAG_REFERENCE)
            raw(function.slot)
        case .reference(let table):
            guard table.slots === core.slots else {
                throw LuaConversionError("a table of another Lua state cannot be used here")
            }
            tag(CLUA_TAG_REFERENCE)
            raw(table.slot)
        case .object(let object):
            let number = try core.numberObject(core, object)
            tag(CLUA_TAG_OBJECT)
            raw(number.id)
            raw(number.type)
            raw(UInt64(number.bytes))
        }
    }

    /// A host function; `index` is negative for one that may wait.
    mutating func writeHostFunction(_ index: Int64) {
        tag(CLUA_TAG_HOST)
        raw(index)
    }

    /// Begins a read-only module; exactly `count` pairs of name and value follow.
    mutating func beginModule(_ name: String, members count: Int) {
        tag(CLUA_TAG_MODULE)
        write(Array(name.utf8))
        beginTable(members: count)
    }

    /// Begins a table; exactly `count` pairs of name and value follow.
    mutating func beginTable(members count: Int) {
        tag(CLUA_TAG_TABLE)
        raw(UInt64(0))
        raw(UInt64(count))
    }

    mutating func writeText(_ text: String) {
        tag(CLUA_TAG_STRING)
        write(Array(text.utf8))
    }

    private mutating func write(_ table: LuaTableValue) throws(LuaConversionError) {
        if table.isEmpty, let mark = table.mark {
            return tag(mark == .list ? CLUA_TAG_LIST : CLUA_TAG_RECORD)
        }
        guard depth < core.limits.valueDepth else {
            throw LuaConversionError("the value is nested more than \(core.limits.valueDepth) deep")
        }
        depth += 1
        defer { depth -= 1 }
        let fields = table.fields.filter { $0.value != .nil }
        tag(CLUA_TAG_TABLE)
        raw(UInt64(table.items.count))
        raw(UInt64(fields.count))
        for item in table.items { try write(item) }
        for (key, value) in fields {
            guard key.isKey else { throw LuaConversionError("a \(key.kind) cannot be a key") }
            try write(key)
            try write(value)
        }
    }

    private mutating func tag<Tag: BinaryInteger>(_ tag: Tag) {
        bytes.append(UInt8(tag))
    }

    private mutating func write(_ string: [UInt8]) {
        raw(UInt64(string.count))
        bytes.append(contentsOf: string)
    }

    private mutating func raw<Value: BitwiseCopyable>(_ value: Value) {
        // SAFETY: the bytes of a trivial value are copied while it lives.
        unsafe withUnsafeBytes(of: value) { unsafe bytes.append(contentsOf: $0) }
    }
}

extension LuaValue {
    /// Whether Lua and the encoded form allow it as a key.
    var isKey: Bool {
        switch self {
        case .string, .integer, .boolean: true
        case .number(let number): !number.isNaN
        case .nil, .null, .table, .function, .reference, .object: false
        }
    }

    /// The encoded form, for the state of `core`.
    func encoded(for core: LuaCore) throws(LuaConversionError) -> [UInt8] {
        var writer = ValueWriter(core: core)
        try writer.write(self)
        return writer.bytes
    }
}
