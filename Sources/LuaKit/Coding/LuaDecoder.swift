/// Reads a `Decodable` value from a Lua value.
///
/// - An empty table is a list or a record, as the type asks, whatever its mark says.
/// - Integers must fit, also those with a float's form such as `2.0`; an integer that is read as a floating-point number
///   has to be one exactly. A `Float` takes the nearest value of its own, and refuses what is too large for it.
/// - `nil` and JSON's null are an optional's `nil`.
/// - A dictionary with `Int` keys reads integer keys, a list's positions among them; one with a text key is an error.
/// - Keys that the type does not ask for are ignored.
/// - Other types decode themselves, from the form that ``LuaEncoder`` gives them.
public enum LuaDecoder {
    /// Decodes a value. Throws the path and what was expected: `inclusions[2].path: string expected, got nil`.
    public static func decode<Value: Decodable>(
        _ type: Value.Type,
        from value: LuaValue
    ) throws(LuaConversionError) -> Value {
        do {
            return try ValueDecoder(value: value, codingPath: []).decode(type)
        } catch let error as LuaConversionError {
            throw error
        } catch let error as DecodingError {
            throw LuaConversionError(error)
        } catch {
            throw LuaConversionError("\(error)")
        }
    }
}

/// The decoder of one value at one path.
struct ValueDecoder: Decoder {
    let value: LuaValue
    let codingPath: [any CodingKey]
    var hasIntegerKeys = false

    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let record = RecordDecoder<Key>(
            fields: try fields(),
            codingPath: codingPath,
            hasIntegerKeys: hasIntegerKeys
        )
        return KeyedDecodingContainer(record)
    }

    private func fields() throws -> [LuaValue: LuaValue] {
        guard case .table(let table) = value else {
            throw expected(hasIntegerKeys ? "table with integer keys" : "table with names")
        }
        guard hasIntegerKeys else {
            guard table.items.isEmpty else { throw expected("table with names") }
            return table.fields
        }
        for key in table.fields.keys {
            if case .integer = key { continue }
            throw LuaConversionError("integer expected as key, got \(key.kind)", path: codingPath.luaPath)
        }
        return table.keyed
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .table(let table) = value, table.fields.isEmpty else { throw expected("list") }
        return ListDecoder(items: table.items, codingPath: codingPath)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func expected(_ what: String) -> LuaConversionError {
        .expected(what, value, path: codingPath.luaPath)
    }
}

extension ValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value == .nil || value == .null }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard case .boolean(let flag) = value else { throw expected("boolean") }
        return flag
    }

    func decode(_ type: String.Type) throws -> String {
        guard case .string(let bytes) = value else { throw expected("string") }
        guard let text = bytes.text else { throw expected("text in UTF-8") }
        return text
    }

    func decode(_ type: Double.Type) throws -> Double {
        switch value {
        case .number(let number): return number
        case .integer(let integer):
            guard let number = Double(exactly: integer) else {
                throw LuaConversionError("\(integer) is no exact number", path: codingPath.luaPath)
            }
            return number
        default: throw expected("number")
        }
    }

    func decode(_ type: Float.Type) throws -> Float {
        let number = try decode(Double.self)
        let single = Float(number)
        guard single.isFinite || !number.isFinite else {
            throw LuaConversionError("\(number) is out of range", path: codingPath.luaPath)
        }
        return single
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let integer = Value.self as? any FixedWidthInteger.Type,
            let value = try decodeInteger(integer) as? Value
        {
            return value
        }
        switch type {
        case is LuaValue.Type: if let value = value as? Value { return value }
        case is LuaBytes.Type:
            guard case .string(let bytes) = value, let value = bytes as? Value else {
                throw expected("string")
            }
            return value
        case is LuaFunction.Type:
            guard case .function(let function) = value, let value = function as? Value else {
                throw expected("function")
            }
            return value
        default: break
        }
        return try Value(
            from: ValueDecoder(
                value: value,
                codingPath: codingPath,
                hasIntegerKeys: Value.self is any IntegerKeyed.Type
            )
        )
    }

    private func decodeInteger<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
        let integer: Int64?
        switch value {
        case .integer(let value): integer = value
        case .number(let number): integer = Int64(exactly: number)
        default: integer = nil
        }
        guard let integer else { throw expected("integer") }
        guard let exact = Value(exactly: integer) else {
            throw LuaConversionError("\(integer) is out of range", path: codingPath.luaPath)
        }
        return exact
    }
}

extension [any CodingKey] {
    /// `inclusions[2].path`, with positions from 1.
    var luaPath: String {
        reduce(into: "") { path, key in
            if let index = key.intValue {
                path += "[\(index + 1)]"
            } else {
                path += (path.isEmpty ? "" : ".") + key.stringValue
            }
        }
    }
}

extension LuaConversionError {
    /// What a type's own decoding threw.
    init(_ error: DecodingError) {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            self.init(context.debugDescription, path: context.codingPath.luaPath)
        case .keyNotFound(let key, let context):
            self.init("a value is missing", path: (context.codingPath + [key]).luaPath)
        @unknown default:
            self.init("\(error)")
        }
    }
}
