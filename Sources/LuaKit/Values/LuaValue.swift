/// A Lua value as Swift holds it: a copy, independent of any state, except for functions and table handles.
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
    /// A handle of one state's table; a script gets that table. Values from Lua never have it: tables are copied.
    case reference(LuaTable)
    /// A Swift object.
    case object(AnyLuaObject)

    /// A string of a text.
    public static func string(_ text: String) -> LuaValue {
        .string(LuaBytes(text))
    }

    /// A list.
    public static func array(_ items: [LuaValue]) -> LuaValue {
        .table(LuaTableValue(items: items, mark: .list))
    }

    /// A table with text keys.
    public static func record(_ fields: [String: LuaValue]) -> LuaValue {
        let fields = fields.map { (LuaValue.string($0), $1) }
        return .table(LuaTableValue(fields: Dictionary(uniqueKeysWithValues: fields), mark: .record))
    }

    /// What Lua's `type` calls it, with integers and floats told apart; the type's name of an object.
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
        case .reference: "table"
        case .object(let object): object.typeName
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
