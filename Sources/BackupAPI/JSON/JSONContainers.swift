extension JSONSlot {
    /// Writes any encodable value here.
    fileprivate func encode(_ value: some Encodable, codingPath: [any CodingKey]) throws {
        var container = JSONSingleValueContainer(slot: self, codingPath: codingPath)
        try container.encode(value)
    }
}

struct JSONSingleValueContainer: SingleValueEncodingContainer {
    let slot: JSONSlot
    let codingPath: [any CodingKey]

    mutating func encodeNil() throws { slot.set(.null) }
    mutating func encode(_ value: Bool) throws { slot.set(.literal(value ? "true" : "false")) }
    mutating func encode(_ value: String) throws { slot.set(.string(value)) }
    mutating func encode(_ value: Double) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value,
                .init(codingPath: codingPath, debugDescription: "JSON has no number for \(value)")
            )
        }
        slot.set(.literal("\(value)"))
    }
    mutating func encode(_ value: Float) throws { try encode(Double(value)) }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        if let integer = value as? any FixedWidthInteger {
            slot.set(.literal("\(integer)"))
        } else if let text = value as? String {
            try encode(text)
        } else if let flag = value as? Bool {
            try encode(flag)
        } else if let number = value as? Double {
            try encode(number)
        } else {
            try value.encode(to: JSONTreeEncoder(slot: slot, codingPath: codingPath))
        }
    }
}

struct JSONKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: JSONSlot
    let codingPath: [any CodingKey]

    mutating func encodeNil(forKey key: Key) throws { slot.member(key.stringValue).set(.null) }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try slot.member(key.stringValue).encode(value, codingPath: codingPath + [key])
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        encoder(for: key).container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder(for: key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        JSONTreeEncoder(slot: slot.member("super"), codingPath: codingPath)
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder { encoder(for: key) }

    private func encoder(for key: Key) -> JSONTreeEncoder {
        JSONTreeEncoder(slot: slot.member(key.stringValue), codingPath: codingPath + [key])
    }
}

struct JSONUnkeyedContainer: UnkeyedEncodingContainer {
    let slot: JSONSlot
    let codingPath: [any CodingKey]

    var count: Int { slot.count }

    mutating func encodeNil() throws { slot.element().set(.null) }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        let path = elementPath
        try slot.element().encode(value, codingPath: path)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        encoder().container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        encoder().unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { encoder() }

    private func encoder() -> JSONTreeEncoder {
        let path = elementPath
        return JSONTreeEncoder(slot: slot.element(), codingPath: path)
    }

    /// The path of the element that comes next.
    private var elementPath: [any CodingKey] { codingPath + [IndexKey(intValue: count)] }
}

/// The key of a list's element.
private struct IndexKey: CodingKey {
    let index: Int

    init(intValue: Int) {
        index = intValue
    }

    init?(stringValue: String) { nil }

    var stringValue: String { "\(index)" }
    var intValue: Int? { index }
}
