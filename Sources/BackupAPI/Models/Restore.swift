/// One run that writes files from a backup to a host (contract 2.5).
public struct Restore: Codable, Hashable, Sendable, Identifiable {
    /// The project.
    public var projectID: String
    /// The restore's id.
    public var id: ResourceID<Restore>
    /// The backup that the files come from.
    public var backup: Reference<Backup>
    /// The agent that writes the files.
    public var destinationAgent: Reference<Agent>
    /// Where the files go; `nil` for where they were.
    @Nullable public var destinationPath: String?
    /// Whether files that are there are replaced.
    public var overwriteFiles: Bool
    /// What is restored.
    public var inclusions: [PathRule]
    /// What is left out.
    public var exclusions: [PathRule]
    /// Where it stands; one of nine of the twelve states.
    public var state: ActivityState
    /// When the agent began; `nil` until reported.
    @Nullable public var startedTime: Timestamp?
    /// When it ended; `nil` until reported.
    @Nullable public var endedTime: Timestamp?
    /// What went wrong, in short.
    public var errors: ErrorSummary
    /// Files that were written.
    public var filesRestored: Int
    /// Bytes that were written.
    public var bytesRestored: Int64
    /// `self` and `events`.
    public var links: [Link]

    /// Makes a restore; the defaults are those of one that was just asked for.
    public init(
        projectID: String = "local",
        id: ResourceID<Restore>,
        backup: Reference<Backup>,
        destinationAgent: Reference<Agent>,
        destinationPath: String? = nil,
        overwriteFiles: Bool = false,
        inclusions: [PathRule] = [],
        exclusions: [PathRule] = [],
        state: ActivityState = .startRequested,
        startedTime: Timestamp? = nil,
        endedTime: Timestamp? = nil,
        errors: ErrorSummary = ErrorSummary(),
        filesRestored: Int = 0,
        bytesRestored: Int64 = 0,
        links: [Link] = []
    ) {
        self.projectID = projectID
        self.id = id
        self.backup = backup
        self.destinationAgent = destinationAgent
        self._destinationPath = Nullable(wrappedValue: destinationPath)
        self.overwriteFiles = overwriteFiles
        self.inclusions = inclusions
        self.exclusions = exclusions
        self.state = state
        self._startedTime = Nullable(wrappedValue: startedTime)
        self._endedTime = Nullable(wrappedValue: endedTime)
        self.errors = errors
        self.filesRestored = filesRestored
        self.bytesRestored = bytesRestored
        self.links = links
    }

    private enum CodingKeys: String, CodingKey {
        case projectID = "project_id"
        case id, backup
        case destinationAgent = "destination_agent"
        case destinationPath = "destination_path"
        case overwriteFiles = "overwrite_files"
        case inclusions, exclusions, state
        case startedTime = "started_time"
        case endedTime = "ended_time"
        case errors
        case filesRestored = "files_restored"
        case bytesRestored = "bytes_restored"
        case links
    }
}
