import BackupAPI

/// A piece of JSON, read with tolerance: numbers may come as strings and the reverse, unknown keys do no harm
/// (contract 6.A). Numbers keep their digits.
enum JSONValue: Hashable, Sendable {
    /// One key of an object and what it holds.
    struct Member: Hashable, Sendable {
        let key: String
        let value: JSONValue
    }

    case null
    case flag(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// The same value as it came.
    init(_ value: BackupAPI.JSONValue) {
        switch value {
        case .null: self = .null
        case .flag(let flag): self = .flag(flag)
        case .number(let digits): self = .number(digits)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map(JSONValue.init))
        case .object(let members):
            self = .object(members.map { Member(key: $0.key, value: JSONValue($0.value)) })
        }
    }

    /// What the key holds; `nil` where it is missing or null, and for all that is no object.
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self,
            let value = members.last(where: { $0.key == key })?.value, value != .null
        else { return nil }
        return value
    }

    /// Whether it is an object that has the key, be it with null.
    func has(_ key: String) -> Bool {
        guard case .object(let members) = self else { return false }
        return members.contains { $0.key == key }
    }

    /// The string; a number or a flag is read as its text.
    var text: String? {
        switch self {
        case .string(let text): text
        case .number(let digits): digits
        case .flag(let flag): flag ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// The whole number, also where it is a string.
    var integer: Int64? {
        guard let text else { return nil }
        if let integer = Int64(text) { return integer }
        return Double(text).flatMap { Int64(exactly: $0.rounded()) }
    }

    /// The flag, also where it is a string or a number.
    var isTrue: Bool? {
        switch text?.lowercased() {
        case "true", "1": true
        case "false", "0": false
        default: nil
        }
    }

    /// The time, in any of the three forms that the contract shows (1.6).
    var time: Timestamp? { text.flatMap(Timestamp.init) }

    /// The elements of an array; a value that stands where an array should is its only element.
    var elements: [JSONValue] {
        switch self {
        case .array(let elements): elements
        case .null: []
        default: [self]
        }
    }
}
