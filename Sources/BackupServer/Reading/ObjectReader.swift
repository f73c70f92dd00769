import BackupAPI

/// Reads the fields of a JSON object, and notes every problem instead of stopping at the first.
struct ObjectReader {
    private let object: JSONValue
    /// What leads to the object, for messages; empty for the body itself.
    private let path: String
    private(set) var problems: [String] = []

    init(_ object: JSONValue, path: String = "") {
        self.object = object
        self.path = path
    }

    /// Notes a problem of the whole.
    mutating func note(_ problem: String) {
        problems.append(problem)
    }

    mutating func string(_ key: String) -> String? {
        required(key, "a string") { $0.stringValue }
    }

    mutating func flag(_ key: String) -> Bool? {
        required(key, "a boolean") { $0.flagValue }
    }

    mutating func integer(_ key: String) -> Int? {
        required(key, "an integer") { $0.integerValue }
    }

    /// A list of strings that must be there; a single one counts as a list of one (contract 6.3.9).
    mutating func strings(_ key: String) -> [String]? {
        required(key, "an array of strings") { value in
            if let text = value.stringValue { return [text] }
            guard case .array(let elements) = value else { return nil }
            let texts = elements.compactMap(\.stringValue)
            return texts.count == elements.count ? texts : nil
        }
    }

    /// A string that may be missing or null.
    mutating func optionalString(_ key: String) -> String? {
        optional(key, "a string or null") { $0.stringValue }
    }

    /// A boolean that may be missing or null.
    mutating func optionalFlag(_ key: String) -> Bool? {
        optional(key, "a boolean") { $0.flagValue }
    }

    /// An object that must be there, read by `read`.
    mutating func object<Value>(_ key: String, _ read: (inout ObjectReader) -> Value?) -> Value? {
        guard let value = present(key) else { return nil }
        return nested(value, at: name(key), read)
    }

    /// An object or null, either of which must be there; `nil` when it is neither.
    mutating func nullableObject<Value>(_ key: String, _ read: (inout ObjectReader) -> Value?) -> Value?? {
        guard let value = present(key) else { return nil }
        if value == .null { return .some(nil) }
        return nested(value, at: name(key), read).map(Optional.some)
    }

    /// A list of objects that must be there, each read by `read`.
    mutating func list<Value>(_ key: String, _ read: (inout ObjectReader) -> Value?) -> [Value]? {
        guard let value = present(key) else { return nil }
        return list(value, at: name(key), read)
    }

    /// A value that is itself a list of objects.
    mutating func list<Value>(
        _ value: JSONValue,
        at path: String,
        _ read: (inout ObjectReader) -> Value?
    ) -> [Value]? {
        guard case .array(let elements) = value else {
            problems.append("\(path): expected an array, found \(value.kind)")
            return nil
        }
        let values = elements.enumerated().map { nested($1, at: "\(path)[\($0)]", read) }
        return values.contains { $0 == nil } ? nil : values.compactMap { $0 }
    }

    mutating func nested<Value>(
        _ value: JSONValue,
        at path: String,
        _ read: (inout ObjectReader) -> Value?
    ) -> Value? {
        guard case .object = value else {
            problems.append("\(path): expected an object, found \(value.kind)")
            return nil
        }
        var reader = ObjectReader(value, path: path)
        let found = read(&reader)
        problems += reader.problems
        return found
    }

    private func name(_ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    private mutating func present(_ key: String) -> JSONValue? {
        guard let value = object[key] else {
            problems.append("\(name(key)) missing")
            return nil
        }
        return value
    }

    private mutating func required<Value>(
        _ key: String,
        _ expected: String,
        _ read: (JSONValue) -> Value?
    ) -> Value? {
        guard let value = present(key) else { return nil }
        guard let found = read(value) else {
            problems.append("\(name(key)): expected \(expected), found \(value.kind)")
            return nil
        }
        return found
    }

    private mutating func optional<Value>(
        _ key: String,
        _ expected: String,
        _ read: (JSONValue) -> Value?
    ) -> Value? {
        guard let value = object[key], value != .null else { return nil }
        return required(key, expected, read)
    }
}

extension JSONValue {
    var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A boolean, also one in quotes: the contract's tables call some of them strings (6.3.5).
    var flagValue: Bool? {
        switch self {
        case .flag(let flag): flag
        case .string(let text): Query.flag(text)
        default: nil
        }
    }

    /// An integer, also one in quotes (6.3.3).
    var integerValue: Int? {
        switch self {
        case .number(let digits), .string(let digits): Int(digits)
        default: nil
        }
    }
}
