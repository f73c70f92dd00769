/// A Lua value as Swift holds it: a copy, independent of any state, except for functions.
public enum LuaValue: Hashable, Sendable {
    /// `nil`; inside a table, an absent element.
    case `nil`
    /// JSON's null: a value that, unlike `nil`, can stand in a table.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A 64-bit integer.
    case integer(Int64)
    /// A floating-point number.
    case number(Double)
    /// A string of bytes.
    case string(LuaBytes)
    /// A table.
    case table(LuaTableValue)
    /// A function of one state.
    case function(LuaFunction)

    /// A string of a text.
    public static func string(_ text: String) -> LuaValue {
        .string(LuaBytes(text))
    }

    /// A list.
    public static func array(_ items: [LuaValue]) -> LuaValue {
        .table(LuaTableValue(items: items))
    }

    /// A table with text keys.
    public static func record(_ fields: [String: LuaValue]) -> LuaValue {
        .table(LuaTableValue(fields: Dictionary(uniqueKeysWithValues: fields.map { (.string($0), $1) })))
    }

    /// What Lua's `type` calls it, with integers and floats told apart.
    public var kind: String {
        switch self {
        case .nil: "nil"
        case .null: "null"
        case .boolean: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .table: "table"
        case .function: "function"
        }
    }

    /// The text of a string that is valid UTF-8; `nil` for all else.
    public var text: String? {
        if case .string(let bytes) = self { bytes.text } else { nil }
    }

    /// The value of a table's text key; `nil` for all else.
    public subscript(key: String) -> LuaValue {
        if case .table(let table) = self { table.fields[.string(key)] ?? .nil } else { .nil }
    }
}

/// The contents of a Lua table: the elements 1…n, and all other keys.
public struct LuaTableValue: Hashable, Sendable {
    /// The elements 1…n; holes are `.nil`.
    public var items: [LuaValue]
    /// All other keys: strings, numbers and booleans.
    public var fields: [LuaValue: LuaValue]

    /// Makes a table.
    public init(items: [LuaValue] = [], fields: [LuaValue: LuaValue] = [:]) {
        self.items = items
        self.fields = fields
    }

    /// Whether it has neither elements nor keys; Lua does not tell an empty list from an empty record.
    public var isEmpty: Bool { items.isEmpty && fields.isEmpty }
}

extension LuaValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
}
