/// A configuration for the command's JSON: the contract's object, and the one extra key `local` where there is something.
public struct DetailedConfiguration: Encodable, Sendable {
    /// The configuration.
    public var configuration: Configuration

    /// Wraps a configuration.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    private enum CodingKeys: String, CodingKey {
        case local
    }

    private enum LocalKeys: String, CodingKey {
        case exclusionPatterns = "exclusion_patterns"
    }

    /// Writes the contract's keys, then `local`.
    public func encode(to encoder: any Encoder) throws {
        try configuration.encode(to: encoder)
        guard !configuration.exclusionPatterns.isEmpty else { return }
        var container = encoder.container(keyedBy: CodingKeys.self)
        var local = container.nestedContainer(keyedBy: LocalKeys.self, forKey: .local)
        try local.encode(configuration.exclusionPatterns, forKey: .exclusionPatterns)
    }
}
