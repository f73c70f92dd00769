/// A piece of JSON as it came: numbers keep their digits, objects the order of their keys.
package enum JSONValue: Hashable, Sendable {
    /// One key of an object and what it holds.
    package struct Member: Hashable, Sendable {
        package let key: String
        package let value: JSONValue
    }

    case null
    case flag(Bool)
    /// The digits as they stand in the text.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// What the key holds, `null` included; `nil` where it is missing, and for all that is no object.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// What it is, with its article, for messages.
    package var kind: String {
        switch self {
        case .null: "null"
        case .flag: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
