/// Where all values that are neither objects nor arrays arrive: the standard types encode themselves as single values.
struct JSONSingleValueContainer: SingleValueEncodingContainer {
    let slot: JSONSlot

    var codingPath: [any CodingKey] { slot.codingPath }

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
    mutating func encode(_ value: Int) throws { write(value) }
    mutating func encode(_ value: Int8) throws { write(value) }
    mutating func encode(_ value: Int16) throws { write(value) }
    mutating func encode(_ value: Int32) throws { write(value) }
    mutating func encode(_ value: Int64) throws { write(value) }
    mutating func encode(_ value: Int128) throws { write(value) }
    mutating func encode(_ value: UInt) throws { write(value) }
    mutating func encode(_ value: UInt8) throws { write(value) }
    mutating func encode(_ value: UInt16) throws { write(value) }
    mutating func encode(_ value: UInt32) throws { write(value) }
    mutating func encode(_ value: UInt64) throws { write(value) }
    mutating func encode(_ value: UInt128) throws { write(value) }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        try value.encode(to: JSONTreeEncoder(slot: slot))
    }

    private func write(_ integer: some FixedWidthInteger) {
        slot.set(.literal(String(integer)))
    }
}

struct JSONKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: JSONSlot

    var codingPath: [any CodingKey] { slot.codingPath }

    mutating func encodeNil(forKey key: Key) throws { member(key).set(.null) }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try value.encode(to: encoder(for: key))
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
        JSONTreeEncoder(slot: slot.member("super", at: nil))
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder { encoder(for: key) }

    private func encoder(for key: Key) -> JSONTreeEncoder { JSONTreeEncoder(slot: member(key)) }

    private func member(_ key: Key) -> JSONSlot { slot.member(key.stringValue, at: key) }
}

struct JSONUnkeyedContainer: UnkeyedEncodingContainer {
    let slot: JSONSlot

    var codingPath: [any CodingKey] { slot.codingPath }
    var count: Int { slot.count }

    mutating func encodeNil() throws { slot.element().set(.null) }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        try value.encode(to: encoder())
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

    private func encoder() -> JSONTreeEncoder { JSONTreeEncoder(slot: slot.element()) }
}
