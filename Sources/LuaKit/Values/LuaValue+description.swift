extension LuaValue: CustomStringConvertible {
    /// The value as Lua would write it, the fields in the order of their texts: `{1, 2, name = "x"}`. What has no literal
    /// is its kind, `function`, or the object's text.
    public var description: String {
        switch self {
        case .nil, .null, .function, .reference: kind
        case .boolean(let flag): "\(flag)"
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .string(let bytes): bytes.literal
        case .table(let table): table.description
        case .object(let object): object.text
        }
    }
}

extension LuaTableValue: CustomStringConvertible {
    /// The table as Lua would write it: `{1, 2, name = "x"}`.
    public var description: String {
        let named = fields.filter { $0.value != .nil }.map { "\($0.asField) = \($1)" }.sorted()
        return "{" + (items.map(\.description) + named).joined(separator: ", ") + "}"
    }
}

extension LuaBytes: CustomStringConvertible {
    /// The text for people: ``lossyText``.
    public var description: String { lossyText }

    /// In quotes, on one line.
    fileprivate var literal: String {
        let escapes: [Unicode.Scalar: String] = [
            "\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\0": "\\0",
        ]
        return "\"" + lossyText.unicodeScalars.map { escapes[$0] ?? String($0) }.joined() + "\""
    }
}

extension LuaValue {
    /// A key before its `=`: a name, or anything else in brackets.
    fileprivate var asField: String {
        guard let text, let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            text.utf8.allSatisfy(\.isOfName)
        else { return "[\(self)]" }
        return text
    }
}

extension UInt8 {
    fileprivate var isOfName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
