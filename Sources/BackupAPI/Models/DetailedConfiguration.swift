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

    /// Writes the contract's keys, then `local`.
    public func encode(to encoder: any Encoder) throws {
        try configuration.encode(to: encoder)
        let local = LocalPart(
            exclusionPatterns: configuration.exclusionPatterns,
            options: configuration.options,
            keep: configuration.keep,
            cleanup: configuration.cleanup
        )
        guard !local.isEmpty else { return }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(local, forKey: .local)
    }
}

/// What the contract has no place for.
private struct LocalPart: Encodable {
    var exclusionPatterns: [String]
    var options: BackupOptions
    var keep: KeepRules?
    var cleanup: CleanupTime?

    private enum CodingKeys: String, CodingKey {
        case exclusionPatterns = "exclusion_patterns"
        case keep, cleanup
    }

    var isEmpty: Bool {
        exclusionPatterns.isEmpty && options == BackupOptions() && keep == nil && cleanup == nil
    }

    func encode(to encoder: any Encoder) throws {
        try options.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !exclusionPatterns.isEmpty { try container.encode(exclusionPatterns, forKey: .exclusionPatterns) }
        try container.encodeIfPresent(keep, forKey: .keep)
        try container.encodeIfPresent(cleanup, forKey: .cleanup)
    }
}
