struct RecordDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let fields: [LuaValue: LuaValue]
    let codingPath: [any CodingKey]
    let hasIntegerKeys: Bool

    var allKeys: [Key] {
        fields.keys.compactMap { key in
            if hasIntegerKeys, case .integer(let integer) = key { return Key(intValue: Int(integer)) }
            return key.text.flatMap(Key.init(stringValue:))
        }
    }

    func contains(_ key: Key) -> Bool { fields[key.luaKey(hasIntegerKeys)] != nil }

    func decodeNil(forKey key: Key) throws -> Bool { value(of: key).decodeNil() }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try value(of: key).decode(type)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try value(of: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try value(of: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        ValueDecoder(value: fields["super"] ?? .nil, codingPath: codingPath + [FieldKey("super")])
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { value(of: key) }

    private func value(of key: Key) -> ValueDecoder {
        ValueDecoder(
            value: fields[key.luaKey(hasIntegerKeys)] ?? .nil,
            codingPath: codingPath + [FieldKey(key)]
        )
    }
}

struct ListDecoder: UnkeyedDecodingContainer {
    let items: [LuaValue]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0

    init(items: [LuaValue], codingPath: [any CodingKey]) {
        self.items = items
        self.codingPath = codingPath
    }

    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, ValueDecoder(value: items[currentIndex], codingPath: []).decodeNil() else {
            return false
        }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try next().decode(type)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { next() }

    private mutating func next() -> ValueDecoder {
        let path = codingPath + [IndexKey(currentIndex)]
        let value = isAtEnd ? .nil : items[currentIndex]
        currentIndex += 1
        return ValueDecoder(value: value, codingPath: path)
    }
}
