/// What a person says of a restore: the body of `POST /restores` (contract 2.5.1).
public struct RestoreDraft: Codable, Hashable, Sendable {
    /// The backup to restore from.
    public var backup: ResourceID<Backup>
    /// The agent that writes the files.
    public var destinationAgent: ResourceID<Agent>
    /// The absolute folder that the files are written below, with their full paths; `nil` for where they were.
    @Nullable public var destinationPath: String?
    /// Whether files that are there are replaced; otherwise they stay as they are.
    public var overwriteFiles: Bool
    /// What to restore; at least one.
    public var inclusions: [PathRule]
    /// What to leave out of it.
    public var exclusions: [PathRule]

    /// Makes a draft.
    public init(
        backup: ResourceID<Backup>,
        destinationAgent: ResourceID<Agent>,
        destinationPath: String? = nil,
        overwriteFiles: Bool = false,
        inclusions: [PathRule],
        exclusions: [PathRule] = []
    ) {
        self.backup = backup
        self.destinationAgent = destinationAgent
        self._destinationPath = Nullable(wrappedValue: destinationPath)
        self.overwriteFiles = overwriteFiles
        self.inclusions = inclusions
        self.exclusions = exclusions
    }

    private enum CodingKeys: String, CodingKey {
        case backup = "backup_id"
        case destinationAgent = "destination_agent_id"
        case destinationPath = "destination_path"
        case overwriteFiles = "overwrite_files"
        case inclusions, exclusions
    }
}
