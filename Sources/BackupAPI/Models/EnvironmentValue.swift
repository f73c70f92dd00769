/// What a variable of a program's environment is set to. In JSON, and in a site file, a text: `secret:NAME` names a secret,
/// `null` hands on the host program's own.
public enum EnvironmentValue: Hashable, Sendable {
    /// The text as it stands.
    case text(String)
    /// The secret of this name, looked up each time that the program starts.
    case secret(String)
    /// What the variable is for the host program; where that has none, the program has none either.
    case inherited

    private static let secretPrefix = "secret:"

    /// Reads `secret:NAME`, or a text that stands for itself; `nil` for `secret:` without a name.
    public init?(_ text: String) {
        guard text.hasPrefix(Self.secretPrefix) else {
            self = .text(text)
            return
        }
        let name = String(text.dropFirst(Self.secretPrefix.count))
        guard !name.isEmpty else { return nil }
        self = .secret(name)
    }
}

extension EnvironmentValue: Codable {
    /// Reads a text, or `null`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard !container.decodeNil() else {
            self = .inherited
            return
        }
        guard let value = EnvironmentValue(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'secret:' has no name")
        }
        self = value
    }

    /// Writes a text, or `null`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .secret(let name): try container.encode(Self.secretPrefix + name)
        case .inherited: try container.encodeNil()
        }
    }
}
