/// A Swift type that a host function can take as a parameter.
///
/// A `Decodable` type that declares the conformance needs no more: it is decoded from a table.
public protocol LuaParameter: Sendable {
    /// Reads the argument at a position from 1.
    static func read(_ arguments: borrowing LuaArguments, at position: Int) throws(LuaConversionError) -> Self
}

extension LuaParameter where Self: Decodable {
    /// Decodes the argument.
    public static func read(
        _ arguments: borrowing LuaArguments,
        at position: Int
    ) throws(LuaConversionError) -> Self {
        try LuaDecoder.decode(Self.self, from: try arguments.value(at: position))
    }
}

extension Int: LuaParameter {
    /// Reads an integer, or a number or text with an integral value, as Lua does.
    @inlinable public static func read(
        _ arguments: borrowing LuaArguments,
        at position: Int
    ) throws(LuaConversionError) -> Int {
        if let value = arguments.integer(at: position) { return Int(value) }
        try arguments.refuse(expected: "integer", at: position)
    }
}

extension Double: LuaParameter {
    /// Reads a number, or a text that is one, as Lua does.
    @inlinable public static func read(
        _ arguments: borrowing LuaArguments,
        at position: Int
    ) throws(LuaConversionError) -> Double {
        if let value = arguments.number(at: position) { return value }
        try arguments.refuse(expected: "number", at: position)
    }
}

extension Bool: LuaParameter {
    /// Reads a boolean; nothing else counts as one.
    @inlinable public static func read(
        _ arguments: borrowing LuaArguments,
        at position: Int
    ) throws(LuaConversionError) -> Bool {
        if let value = arguments.boolean(at: position) { return value }
        try arguments.refuse(expected: "boolean", at: position)
    }
}

extension LuaBytes: LuaParameter {
    /// Reads a string, or a number's text, as Lua does.
    public static func read(
        _ arguments: borrowing LuaArguments,
        at position: Int
    ) throws(LuaConversionError) -> LuaBytes {
        switch try arguments.value(at: position) {
        case .string(let bytes): return bytes
        case .integer(let integer): return LuaBytes(String(integer))
        case let value: throw .expected("string", value)
        }
    }
}

extension String: LuaParameter {
    /// Reads a string that is valid UTF-8.
    @inlinable public static func read(
        _ arguments: borrowing LuaArguments,
        at position: Int
    ) throws(LuaConversionError) -> String {
        if let text = arguments.text(at: position) { return text }
        return try otherText(arguments, at: position)
    }

    /// Reads what is no string of valid UTF-8.
    @usableFromInline @inline(never) static func otherText(
        _ arguments: borrowing LuaArguments,
        at position: Int
    ) throws(LuaConversionError) -> String {
        guard let text = try LuaBytes.read(arguments, at: position).text else {
            throw LuaConversionError("text in UTF-8 expected, got a string with other bytes")
        }
        return text
    }
}

extension LuaValue: LuaParameter {
    /// Reads any value.
    public static func read(
        _ arguments: borrowing LuaArguments,
        at position: Int
    ) throws(LuaConversionError) -> LuaValue {
        try arguments.value(at: position)
    }
}

extension LuaFunction: LuaParameter {
    /// Reads a function.
    public static func read(
        _ arguments: borrowing LuaArguments,
        at position: Int
    ) throws(LuaConversionError) -> Self {
        guard case .function(let function) = try arguments.value(at: position), let own = function as? Self
        else {
            throw LuaConversionError("function expected, got \(arguments.kind(at: position))")
        }
        return own
    }
}

extension LuaTable: LuaParameter {
    /// Reads a table, without copying it.
    public static func read(
        _ arguments: borrowing LuaArguments,
        at position: Int
    ) throws(LuaConversionError) -> Self {
        let table = unsafe try arguments.core.keepTable(in: arguments.state, at: Int32(position))
        guard let own = table as? Self else { throw LuaConversionError("table expected") }
        return own
    }
}

extension Optional: LuaParameter where Wrapped: LuaParameter {
    /// Reads `nil` or an absent argument as `nil`.
    public static func read(
        _ arguments: borrowing LuaArguments,
        at position: Int
    ) throws(LuaConversionError) -> Wrapped? {
        if arguments.isAbsent(at: position) { return nil }
        return try Wrapped.read(arguments, at: position)
    }
}

extension Array: LuaParameter where Element: LuaParameter & Decodable {}

extension Dictionary: LuaParameter where Key: LuaParameter & Decodable, Value: LuaParameter & Decodable {}
