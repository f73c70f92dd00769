/// Writes an `Encodable` value as a Lua value. Integers keep 64 bits; `nil` in a record is JSON's null where the type
/// encodes it, and an absent key where it does not.
public enum LuaEncoder {
    /// Encodes a value. Throws the path and what Lua has no value for.
    public static func encode(_ value: some Encodable) throws(LuaConversionError) -> LuaValue {
        let slot = ValueSlot()
        do {
            try slot.encode(value, codingPath: [])
        } catch let error as LuaConversionError {
            throw error
        } catch {
            throw LuaConversionError("\(error)")
        }
        return slot.value
    }
}

/// The place of one value while a tree is built.
final class ValueSlot {
    private var leaf: LuaValue = .nil
    private var items: [ValueSlot]?
    private var fields: [String: ValueSlot]?

    var value: LuaValue {
        if let items { return .array(items.map(\.value)) }
        if let fields { return .record(fields.mapValues(\.value)) }
        return leaf
    }

    var count: Int { items?.count ?? 0 }

    func set(_ value: LuaValue) { leaf = value }

    func becomeList() { items = items ?? [] }

    func becomeRecord() { fields = fields ?? [:] }

    func field(_ name: String) -> ValueSlot {
        let slot = ValueSlot()
        fields?[name] = slot
        return slot
    }

    func item() -> ValueSlot {
        let slot = ValueSlot()
        items?.append(slot)
        return slot
    }

    /// Writes any encodable value here.
    func encode<Value: Encodable>(_ value: Value, codingPath: [any CodingKey]) throws {
        switch value {
        case let value as LuaValue: set(value)
        case let value as LuaBytes: set(.string(value))
        case let value as String: set(.string(value))
        case let value as Bool: set(.boolean(value))
        case let value as Double: set(.number(value))
        case let value as Float: set(.number(Double(value)))
        case let value as any FixedWidthInteger:
            guard let integer = Int64(exactly: value) else {
                throw LuaConversionError("\(value) does not fit in 64 bits", path: codingPath.luaPath)
            }
            set(.integer(integer))
        default: try value.encode(to: ValueEncoder(slot: self, codingPath: codingPath))
        }
    }
}

/// The encoder of one value at one path.
struct ValueEncoder: Encoder {
    let slot: ValueSlot
    let codingPath: [any CodingKey]

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.becomeRecord()
        return KeyedEncodingContainer(RecordEncoder<Key>(slot: slot, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.becomeList()
        return ListEncoder(slot: slot, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension ValueEncoder: SingleValueEncodingContainer {
    func encodeNil() throws { slot.set(.null) }

    func encode<Value: Encodable>(_ value: Value) throws { try slot.encode(value, codingPath: codingPath) }
}

struct RecordEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: ValueSlot
    let codingPath: [any CodingKey]

    mutating func encodeNil(forKey key: Key) throws { slot.field(key.stringValue).set(.null) }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try slot.field(key.stringValue).encode(value, codingPath: codingPath + [key])
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

    mutating func superEncoder() -> any Encoder { ValueEncoder(slot: slot, codingPath: codingPath) }

    mutating func superEncoder(forKey key: Key) -> any Encoder { encoder(for: key) }

    private func encoder(for key: Key) -> ValueEncoder {
        ValueEncoder(slot: slot.field(key.stringValue), codingPath: codingPath + [key])
    }
}

struct ListEncoder: UnkeyedEncodingContainer {
    let slot: ValueSlot
    let codingPath: [any CodingKey]

    var count: Int { slot.count }

    mutating func encodeNil() throws { slot.item().set(.null) }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        let path = codingPath + [IndexKey(count)]
        try slot.item().encode(value, codingPath: path)
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        encoder().container(keyedBy: keyType)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder { encoder() }

    private func encoder() -> ValueEncoder {
        let path = codingPath + [IndexKey(count)]
        return ValueEncoder(slot: slot.item(), codingPath: path)
    }
}
