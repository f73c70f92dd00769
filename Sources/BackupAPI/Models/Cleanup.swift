/// A maintenance run on an agent's vault (contract 2.8). For the local service it is restic's forget and prune.
public struct Cleanup: Codable, Hashable, Sendable, Identifiable {
    /// The project.
    public var projectID: String
    /// The cleanup's id.
    public var id: ResourceID<Cleanup>
    /// The agent whose vault is cleaned.
    public var agent: Reference<Agent>
    /// Where it stands; one of nine of the twelve states.
    public var state: ActivityState
    /// When the agent began; `nil` until reported.
    @Nullable public var startedTime: Timestamp?
    /// When it ended; `nil` until reported.
    @Nullable public var endedTime: Timestamp?
    /// The snapshots concerned; empty at the start.
    public var snapshotIDs: [Int]
    /// What went wrong, in short.
    public var errors: ErrorSummary
    /// The vault's size before, in bytes.
    public var bytesBefore: Int64
    /// The vault's size after, in bytes.
    public var bytesAfter: Int64
    /// `self` and `events`.
    public var links: [Link]

    /// Makes a cleanup; the defaults are those of one that was just asked for.
    public init(
        projectID: String = "local",
        id: ResourceID<Cleanup>,
        agent: Reference<Agent>,
        state: ActivityState = .startRequested,
        startedTime: Timestamp? = nil,
        endedTime: Timestamp? = nil,
        snapshotIDs: [Int] = [],
        errors: ErrorSummary = ErrorSummary(),
        bytesBefore: Int64 = 0,
        bytesAfter: Int64 = 0,
        links: [Link] = []
    ) {
        self.projectID = projectID
        self.id = id
        self.agent = agent
        self.state = state
        self._startedTime = Nullable(wrappedValue: startedTime)
        self._endedTime = Nullable(wrappedValue: endedTime)
        self.snapshotIDs = snapshotIDs
        self.errors = errors
        self.bytesBefore = bytesBefore
        self.bytesAfter = bytesAfter
        self.links = links
    }

    private enum CodingKeys: String, CodingKey {
        case projectID = "project_id"
        case id, agent, state
        case startedTime = "started_time"
        case endedTime = "ended_time"
        case snapshotIDs = "snapshot_ids"
        case errors
        case bytesBefore = "bytes_before"
        case bytesAfter = "bytes_after"
        case links
    }
}
