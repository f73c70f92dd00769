/// Writes an `Encodable` value as a Lua value.
///
/// - Integers keep 64 bits; one beyond `Int64` is an error that names its path.
/// - Floating-point numbers stay as they are, NaN and infinity too.
/// - `nil` in a record is JSON's null where the type encodes it, and an absent key where it does not, as in the
///   conformances that the compiler makes. `nil` in a list is null. All levels of nested optionals are one null.
/// - An empty array is marked as a list, an empty dictionary or struct as a record (``LuaTableValue/mark``).
/// - A dictionary with `Int` keys has integer keys in Lua. Dictionaries whose keys Swift itself encodes as list
///   elements, such as `[Int64: String]`, are lists of keys and values in turn.
/// - Other types encode themselves: a `Date` is its seconds since 2001-01-01 UTC, a `Data` a list of its bytes. Give
///   ``LuaBytes`` for a string of bytes, and a text for a date that people read.
/// - `super.encode(to: container.superEncoder())` writes a record under the key `super`.
public enum LuaEncoder {
    /// Nested containers; a reference cycle ends here.
    static let depthLimit = 256

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

    /// Encodes what stands alone, as an argument or a result does: there an optional's `nil` is Lua's `nil`.
    static func encodeAlone(_ value: some Encodable) throws(LuaConversionError) -> LuaValue {
        let encoded = try encode(value)
        return encoded == .null && !(value is LuaValue) ? .nil : encoded
    }
}

/// The place of one value while a tree is built.
final class ValueSlot {
    private var leaf: LuaValue = .nil
    private var items: [ValueSlot]?
    private var fields: [LuaValue: ValueSlot]?

    var value: LuaValue {
        if let items { return .array(items.map(\.value)) }
        if let fields {
            return .table(LuaTableValue(fields: fields.mapValues(\.value), mark: .record).inOrder)
        }
        return leaf
    }

    var count: Int { items?.count ?? 0 }

    func set(_ value: LuaValue) { leaf = value }

    func becomeList() { items = items ?? [] }

    func becomeRecord() { fields = fields ?? [:] }

    func field(_ key: LuaValue) -> ValueSlot {
        let slot = ValueSlot()
        fields?[key] = slot
        return slot
    }

    /// The place of a container, which a type may ask for more than once.
    func container(_ key: LuaValue) -> ValueSlot { fields?[key] ?? field(key) }

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
        case let value as LuaFunction: set(.function(value))
        case let value as String: set(.string(value))
        case let value as Bool: set(.boolean(value))
        case let value as Double: set(.number(value))
        case let value as Float: set(.number(Double(value)))
        case let value as any FixedWidthInteger:
            guard let integer = Int64(exactly: value) else {
                throw LuaConversionError("\(value) does not fit in 64 bits", path: codingPath.luaPath)
            }
            set(.integer(integer))
        default:
            guard codingPath.count < LuaEncoder.depthLimit else {
                throw LuaConversionError(
                    "nested too deeply; does the value contain itself?",
                    path: codingPath.luaPath
                )
            }
            try value.encode(
                to: ValueEncoder(
                    slot: self,
                    codingPath: codingPath,
                    hasIntegerKeys: value is any IntegerKeyed
                )
            )
        }
    }
}

/// The encoder of one value at one path.
struct ValueEncoder: Encoder {
    let slot: ValueSlot
    let codingPath: [any CodingKey]
    var hasIntegerKeys = false

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.becomeRecord()
        let record = RecordEncoder<Key>(slot: slot, codingPath: codingPath, hasIntegerKeys: hasIntegerKeys)
        return KeyedEncodingContainer(record)
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
    let hasIntegerKeys: Bool

    mutating func encodeNil(forKey key: Key) throws { slot.field(key.luaKey(hasIntegerKeys)).set(.null) }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try slot.field(key.luaKey(hasIntegerKeys)).encode(value, codingPath: codingPath + [FieldKey(key)])
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
        ValueEncoder(slot: slot.container("super"), codingPath: codingPath + [FieldKey("super")])
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder { encoder(for: key) }

    private func encoder(for key: Key) -> ValueEncoder {
        ValueEncoder(
            slot: slot.container(key.luaKey(hasIntegerKeys)),
            codingPath: codingPath + [FieldKey(key)]
        )
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
