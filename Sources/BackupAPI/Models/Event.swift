/// A transient message between the service and its agents (contract 3.4 and 3.5).
public struct Event: Codable, Hashable, Sendable, Identifiable {
    /// What an event says of another resource: its id.
    public struct Subject: Codable, Hashable, Sendable {
        /// The id; left out where the contract names a backup by its snapshot only.
        public var id: String?

        /// Makes a subject.
        public init(id: String?) {
            self.id = id
        }
    }

    /// Decimal digits, ascending with time.
    public var id: ResourceID<Event>
    /// When it was sent.
    public var time: Timestamp
    /// One of the catalogue's names, for example `backup_in_progress`; unknown ones survive.
    public var event: String
    /// The agent; left out of `agent_activate`.
    public var agent: Subject?
    /// The configuration, in backup and restore events.
    public var configuration: Subject?
    /// The backup, in backup events.
    public var backup: Subject?
    /// The restore, in restore events.
    public var restore: Subject?
    /// The cleanup, in cleanup events.
    public var cleanup: Subject?
    /// How eagerly agents shall look for work, in `agent_activate`.
    public var mode: String?
    /// The request's id, in commands.
    public var requestID: String?
    /// Bytes done, in progress events.
    public var bytesCompleted: Int64?
    /// Bytes to do, in progress events.
    public var bytesRemaining: Int64?
    /// The sum of the two, in progress events.
    public var totalBytes: Int64?

    /// Makes an event.
    public init(
        id: ResourceID<Event>,
        time: Timestamp,
        event: String,
        agent: Subject? = nil,
        configuration: Subject? = nil,
        backup: Subject? = nil,
        restore: Subject? = nil,
        cleanup: Subject? = nil,
        mode: String? = nil,
        requestID: String? = nil,
        bytesCompleted: Int64? = nil,
        bytesRemaining: Int64? = nil,
        totalBytes: Int64? = nil
    ) {
        self.id = id
        self.time = time
        self.event = event
        self.agent = agent
        self.configuration = configuration
        self.backup = backup
        self.restore = restore
        self.cleanup = cleanup
        self.mode = mode
        self.requestID = requestID
        self.bytesCompleted = bytesCompleted
        self.bytesRemaining = bytesRemaining
        self.totalBytes = totalBytes
    }

    private enum CodingKeys: String, CodingKey {
        case id, time, event, agent, configuration, backup, restore, cleanup, mode
        case requestID = "request_id"
        case bytesCompleted = "bytes_completed"
        case bytesRemaining = "bytes_remaining"
        case totalBytes = "total_bytes"
    }
}
