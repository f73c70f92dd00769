/// The id of a resource of the Cloud Backup API: a UUID in text form, opaque to clients.
///
/// The type parameter keeps a backup's id from being passed where a configuration's is wanted.
public struct ResourceID<Resource>: RawRepresentable, Hashable, Sendable {
    /// The id as it stands in JSON and in URLs.
    public let rawValue: String

    /// Makes an id of any text; nothing is checked, since the contract calls ids opaque.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Makes an id of any text.
    public init(_ text: String) {
        self.rawValue = text
    }
}

extension ResourceID: CustomStringConvertible {
    /// The id itself.
    public var description: String { rawValue }
}

extension ResourceID: ExpressibleByStringLiteral {
    /// Makes an id of a literal.
    public init(stringLiteral value: String) {
        self.init(rawValue: value)
    }
}

extension ResourceID: Codable {
    /// Reads the id from a JSON string.
    public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the id as a JSON string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
