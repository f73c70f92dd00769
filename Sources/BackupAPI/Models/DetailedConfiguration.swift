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
            options: configuration.options.withoutValuesOfVariables
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

    private enum CodingKeys: String, CodingKey {
        case exclusionPatterns = "exclusion_patterns"
    }

    var isEmpty: Bool { exclusionPatterns.isEmpty && options == BackupOptions() }

    func encode(to encoder: any Encoder) throws {
        try options.encode(to: encoder)
        guard !exclusionPatterns.isEmpty else { return }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(exclusionPatterns, forKey: .exclusionPatterns)
    }
}

extension BackupOptions {
    /// The options with `***` in place of what stands in variables, which may be a password.
    fileprivate var withoutValuesOfVariables: BackupOptions {
        var options = self
        options.standardInput?.environment =
            standardInput?.environment.mapValues { value in
                if case .text = value { .text("***") } else { value }
            } ?? [:]
        return options
    }
}
