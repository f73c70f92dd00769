/// What a person says of a configuration: the body of `POST /configurations` (contract 2.4.1), with an optional id.
public struct ConfigurationDraft: Codable, Hashable, Sendable {
    /// The id it shall have; `nil` lets the service choose one that depends on nothing but the name.
    public var id: ResourceID<Configuration>?
    /// The name, unique in its service.
    public var name: String
    /// Whether its schedule is active.
    public var enabled: Bool
    /// When to run; `nil` for starts by hand only.
    public var schedule: Schedule?
    /// How long backups are kept.
    public var retention: Retention
    /// Which snapshots stay by restic's policy, in the place of `retention`; `nil` leaves it to that. The API has no place for
    /// them.
    public var keep: KeepRules?
    /// When it is cleaned up by itself; `nil` leaves it to the site. The API has no place for it.
    public var cleanup: CleanupTime?
    /// What is backed up.
    public var inclusions: [PathRule]
    /// What is left out.
    public var exclusions: [PathRule]
    /// What is left out besides, as patterns of restic's own grammar: a name without `/` matches at any depth, `*`, `?`,
    /// `[…]` and `**` are wildcards, and a backslash makes a character literal. The API has no place for them.
    public var exclusionPatterns: [String]
    /// What the API has no place for.
    public var options: BackupOptions
    /// Whom to tell.
    public var notifications: [Notification]

    /// Makes a draft that is started by hand and kept for ever.
    public init(
        id: ResourceID<Configuration>? = nil,
        name: String,
        enabled: Bool = true,
        schedule: Schedule? = nil,
        retention: Retention = Retention(days: 0),
        inclusions: [PathRule],
        exclusions: [PathRule] = [],
        exclusionPatterns: [String] = [],
        options: BackupOptions = BackupOptions(),
        notifications: [Notification] = [],
        keep: KeepRules? = nil,
        cleanup: CleanupTime? = nil
    ) {
        self.id = id
        self.name = name
        self.enabled = enabled
        self.schedule = schedule
        self.retention = retention
        self.inclusions = inclusions
        self.exclusions = exclusions
        self.exclusionPatterns = exclusionPatterns
        self.options = options
        self.notifications = notifications
        self.keep = keep
        self.cleanup = cleanup
    }
}

extension ConfigurationDraft {
    private enum CodingKeys: String, CodingKey {
        case id, name, enabled, schedule, retention, inclusions, exclusions, exclusionPatterns, notifications,
            options, keep, cleanup
    }

    /// Reads a draft; one that was written before there were patterns, options and rules has none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try container.decodeIfPresent(ResourceID<Configuration>.self, forKey: .id),
            name: try container.decode(String.self, forKey: .name),
            enabled: try container.decode(Bool.self, forKey: .enabled),
            schedule: try container.decodeIfPresent(Schedule.self, forKey: .schedule),
            retention: try container.decode(Retention.self, forKey: .retention),
            inclusions: try container.decode([PathRule].self, forKey: .inclusions),
            exclusions: try container.decode([PathRule].self, forKey: .exclusions),
            exclusionPatterns: try container.decodeIfPresent([String].self, forKey: .exclusionPatterns) ?? [],
            options: try container.decodeIfPresent(BackupOptions.self, forKey: .options) ?? BackupOptions(),
            notifications: try container.decode([Notification].self, forKey: .notifications),
            keep: try container.decodeIfPresent(KeepRules.self, forKey: .keep),
            cleanup: try container.decodeIfPresent(CleanupTime.self, forKey: .cleanup)
        )
    }
}
