/// One run of a configuration (contract 2.3).
///
/// Encoded, it has exactly the contract's keys, in the documented order, with `null` where the contract has it.
/// What only the local service knows stands in `local` and is not encoded; see ``DetailedBackup``.
public struct Backup: Hashable, Sendable, Identifiable {
    /// The project, also called tenant or account number.
    public var projectID: String
    /// The backup's id.
    public var id: ResourceID<Backup>
    /// The agent that runs it.
    public var agent: Reference<Agent>
    /// The configuration that is run.
    public var configuration: Reference<Configuration>
    /// Where it stands.
    public var state: ActivityState
    /// When the agent began; `nil` until reported.
    @Nullable public var startedTime: Timestamp?
    /// When it ended; `nil` until reported.
    @Nullable public var endedTime: Timestamp?
    /// The snapshot's number in the vault; `nil` until reported, and when there is no snapshot.
    @Nullable public var snapshotID: Int?
    /// What went wrong, in short.
    public var errors: ErrorSummary
    /// Files that were looked at.
    public var filesSearched: Int
    /// Files that were new or changed.
    public var filesBackedUp: Int
    /// Bytes of the files that were looked at.
    public var bytesSearched: Int64
    /// Bytes that were added to the vault.
    public var bytesBackedUp: Int64
    /// Bytes in the backup database; 0 where the service has none.
    public var bytesInDB: Int64
    /// Average bandwidth in bytes per second, despite the name (contract 6.34).
    public var bandwidthAverage: Int64
    /// Whether a restore can use it.
    public var restorable: Bool
    /// `self` and `events`.
    public var links: [Link]
    /// What the local service knows beyond the contract; `nil` elsewhere. Not encoded.
    public var local: LocalDetails?

    /// Makes a backup; the defaults are those of one that was just asked for.
    public init(
        projectID: String = "local",
        id: ResourceID<Backup>,
        agent: Reference<Agent>,
        configuration: Reference<Configuration>,
        state: ActivityState = .startRequested,
        startedTime: Timestamp? = nil,
        endedTime: Timestamp? = nil,
        snapshotID: Int? = nil,
        errors: ErrorSummary = ErrorSummary(),
        filesSearched: Int = 0,
        filesBackedUp: Int = 0,
        bytesSearched: Int64 = 0,
        bytesBackedUp: Int64 = 0,
        bytesInDB: Int64 = 0,
        bandwidthAverage: Int64 = 0,
        restorable: Bool = false,
        links: [Link] = [],
        local: LocalDetails? = nil
    ) {
        self.projectID = projectID
        self.id = id
        self.agent = agent
        self.configuration = configuration
        self.state = state
        self._startedTime = Nullable(wrappedValue: startedTime)
        self._endedTime = Nullable(wrappedValue: endedTime)
        self._snapshotID = Nullable(wrappedValue: snapshotID)
        self.errors = errors
        self.filesSearched = filesSearched
        self.filesBackedUp = filesBackedUp
        self.bytesSearched = bytesSearched
        self.bytesBackedUp = bytesBackedUp
        self.bytesInDB = bytesInDB
        self.bandwidthAverage = bandwidthAverage
        self.restorable = restorable
        self.links = links
        self.local = local
    }
}

extension Backup: Codable {
    private enum CodingKeys: String, CodingKey {
        case projectID = "project_id"
        case id, agent, configuration, state
        case startedTime = "started_time"
        case endedTime = "ended_time"
        case snapshotID = "snapshot_id"
        case errors
        case filesSearched = "files_searched"
        case filesBackedUp = "files_backed_up"
        case bytesSearched = "bytes_searched"
        case bytesBackedUp = "bytes_backed_up"
        case bytesInDB = "bytes_in_db"
        case bandwidthAverage = "bandwidth_avg_bps"
        case restorable, links
    }
}
