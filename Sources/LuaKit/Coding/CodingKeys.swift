/// The key of a list's element.
struct IndexKey: CodingKey {
    let index: Int

    init(_ index: Int) {
        self.index = index
    }

    init(intValue: Int) {
        self.index = intValue
    }

    init?(stringValue: String) { nil }

    var stringValue: String { "\(index)" }
    var intValue: Int? { index }
}

/// The key of a record's field in a path: never a position, also when its name is a number.
struct FieldKey: CodingKey {
    let stringValue: String

    init(_ key: any CodingKey) { stringValue = key.stringValue }
    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    var intValue: Int? { nil }
}

/// A dictionary whose keys are integers in Lua too.
protocol IntegerKeyed {}

extension Dictionary: IntegerKeyed where Key == Int {}

extension CodingKey {
    /// The key in Lua: a text, or an integer where the type's keys are.
    func luaKey(_ isInteger: Bool) -> LuaValue {
        if isInteger, let intValue { .integer(Int64(intValue)) } else { .string(stringValue) }
    }
}

extension LuaTableValue {
    /// The table with the values of integer keys 1…n as its elements, as it comes back from Lua.
    var inOrder: LuaTableValue {
        var table = self
        while let item = table.fields.removeValue(forKey: .integer(Int64(table.items.count + 1))) {
            table.items.append(item)
        }
        return table
    }

    /// All values by key, the elements by their positions.
    var keyed: [LuaValue: LuaValue] {
        var all = fields
        for (index, item) in items.enumerated() where item != .nil { all[.integer(Int64(index + 1))] = item }
        return all
    }
}
