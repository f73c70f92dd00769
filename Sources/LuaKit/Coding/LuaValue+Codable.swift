extension LuaValue: Encodable {
    /// Writes any value but functions, handles and objects; a table with both elements and names gets the positions as
    /// names. An empty table is a list, unless its mark says that it is a record.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .nil, .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .boolean(let flag): try encoder.encodeSingle(flag)
        case .integer(let integer): try encoder.encodeSingle(integer)
        case .number(let number): try encoder.encodeSingle(number)
        case .string(let bytes):
            guard let text = bytes.text else {
                throw LuaConversionError(
                    "a string with bytes that are not UTF-8",
                    path: encoder.codingPath.luaPath
                )
            }
            try encoder.encodeSingle(text)
        case .table(let table) where table.fields.isEmpty && table.kind != .record:
            try encoder.encodeSingle(table.items)
        case .table(let table): try table.encodeRecord(to: encoder)
        case .function:
            throw LuaConversionError("a function has no form outside Lua", path: encoder.codingPath.luaPath)
        case .reference, .object:
            throw LuaConversionError("a \(kind) has no form outside Lua", path: encoder.codingPath.luaPath)
        }
    }
}

extension LuaValue: Decodable {
    /// Reads any value; whole numbers become integers, `null` stays null.
    public init(from decoder: any Decoder) throws {
        if let keyed = try? decoder.container(keyedBy: NameKey.self) {
            var table = LuaTableValue(mark: .record)
            for key in keyed.allKeys {
                table.fields[.string(key.stringValue)] = try keyed.decode(LuaValue.self, forKey: key)
            }
            self = .table(table)
        } else if var unkeyed = try? decoder.unkeyedContainer() {
            var table = LuaTableValue(mark: .list)
            while !unkeyed.isAtEnd { table.items.append(try unkeyed.decode(LuaValue.self)) }
            self = .table(table)
        } else {
            self = try Self.single(decoder.singleValueContainer())
        }
    }

    private static func single(_ container: any SingleValueDecodingContainer) throws -> LuaValue {
        if container.decodeNil() { return .null }
        if let flag = try? container.decode(Bool.self) { return .boolean(flag) }
        if let integer = try? container.decode(Int64.self) { return .integer(integer) }
        if let number = try? container.decode(Double.self) { return .number(number) }
        return .string(try container.decode(String.self))
    }
}

/// A record's key of any name.
private struct NameKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension LuaTableValue {
    /// Names in their order, so that equal tables have equal texts.
    fileprivate func encodeRecord(to encoder: any Encoder) throws {
        var named = items.enumerated().map { (name: "\($0 + 1)", value: $1) }
        for (key, value) in fields {
            guard let name = key.name else {
                throw LuaConversionError(
                    "a key with bytes that are not UTF-8",
                    path: encoder.codingPath.luaPath
                )
            }
            named.append((name, value))
        }
        var container = encoder.container(keyedBy: NameKey.self)
        for (name, value) in named.sorted(by: { $0.name < $1.name }) {
            try container.encode(value, forKey: NameKey(name))
        }
    }
}

extension LuaValue {
    fileprivate var name: String? {
        switch self {
        case .string(let bytes): bytes.text
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .nil, .null, .table, .function, .reference, .object: nil
        }
    }
}

extension Encoder {
    fileprivate func encodeSingle(_ value: some Encodable) throws {
        var container = singleValueContainer()
        try container.encode(value)
    }
}
