/// What to back up, when, whom to tell, and how long to keep it (contract 2.4).
public struct Configuration: Codable, Hashable, Sendable, Identifiable {
    /// The project.
    public var projectID: String
    /// The configuration's id.
    public var id: ResourceID<Configuration>
    /// The agent that runs it.
    public var agent: Reference<Agent>
    /// The name that people gave it.
    public var name: String
    /// Whether its schedule is active. A start by hand works either way.
    public var enabled: Bool
    /// When to run; `nil` for starts by hand only.
    @Nullable public var schedule: Schedule?
    /// How long backups are kept.
    public var retention: Retention
    /// What is backed up.
    public var inclusions: [PathRule]
    /// What is left out; each lies below an inclusion.
    public var exclusions: [PathRule]
    /// Whom to tell.
    public var notifications: [Notification]
    /// Whether it has been deleted; its backups stay.
    public var deleted: Bool
    /// Its last completed and its next backup.
    public var backups: ConfigurationBackups
    /// What is left out besides `exclusions`, as patterns of restic's grammar; see ``ConfigurationDraft``. Not encoded: the
    /// contract has no place for them.
    public var exclusionPatterns: [String] = []
    /// What the contract has no place for besides; see ``ConfigurationDraft``. Not encoded.
    public var options = BackupOptions()
    /// Which snapshots stay, in the place of `retention`; see ``ConfigurationDraft``. Not encoded.
    public var keep: KeepRules?
    /// When it is cleaned up by itself; `nil` where that is not known. Not encoded.
    public var cleanup: CleanupTime?
    /// `self`, `activities` and `events`.
    public var links: [Link]

    /// Makes a configuration that is started by hand and kept for ever.
    public init(
        projectID: String = "local",
        id: ResourceID<Configuration>,
        agent: Reference<Agent>,
        name: String,
        enabled: Bool = true,
        schedule: Schedule? = nil,
        retention: Retention = Retention(days: 0),
        inclusions: [PathRule],
        exclusions: [PathRule] = [],
        notifications: [Notification] = [],
        deleted: Bool = false,
        backups: ConfigurationBackups = ConfigurationBackups(),
        links: [Link] = []
    ) {
        self.projectID = projectID
        self.id = id
        self.agent = agent
        self.name = name
        self.enabled = enabled
        self._schedule = Nullable(wrappedValue: schedule)
        self.retention = retention
        self.inclusions = inclusions
        self.exclusions = exclusions
        self.notifications = notifications
        self.deleted = deleted
        self.backups = backups
        self.links = links
    }

    private enum CodingKeys: String, CodingKey {
        case projectID = "project_id"
        case id, agent, name, enabled, schedule, retention, inclusions, exclusions, notifications, deleted
        case backups, links
    }
}

/// How long backups are kept (contract 3.8).
public struct Retention: Codable, Hashable, Sendable {
    /// Days; 0 keeps for ever.
    public var days: Int

    /// Makes a retention.
    public init(days: Int) {
        self.days = days
    }
}

/// The last completed and the next backup of a configuration.
public struct ConfigurationBackups: Codable, Hashable, Sendable {
    /// The last completed backup; `nil` when there is none yet.
    @Nullable public var lastCompleted: Reference<Backup>?
    /// The next scheduled one; left out when there is no schedule.
    public var next: NextBackup?

    /// Makes the pair.
    public init(lastCompleted: Reference<Backup>? = nil, next: NextBackup? = nil) {
        self._lastCompleted = Nullable(wrappedValue: lastCompleted)
        self.next = next
    }

    private enum CodingKeys: String, CodingKey {
        case lastCompleted = "last_completed"
        case next
    }
}

/// The next scheduled backup of a configuration.
public struct NextBackup: Codable, Hashable, Sendable {
    /// When it is due.
    public var scheduledTime: Timestamp

    /// Makes a next backup.
    public init(scheduledTime: Timestamp) {
        self.scheduledTime = scheduledTime
    }

    private enum CodingKeys: String, CodingKey {
        case scheduledTime = "scheduled_time"
    }

    /// Writes the time in whole seconds, as the contract has it for schedules (1.6).
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(scheduledTime.wholeSeconds, forKey: .scheduledTime)
    }
}
