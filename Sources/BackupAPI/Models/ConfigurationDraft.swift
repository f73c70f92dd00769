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
    /// What is backed up.
    public var inclusions: [PathRule]
    /// What is left out.
    public var exclusions: [PathRule]
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
        notifications: [Notification] = []
    ) {
        self.id = id
        self.name = name
        self.enabled = enabled
        self.schedule = schedule
        self.retention = retention
        self.inclusions = inclusions
        self.exclusions = exclusions
        self.notifications = notifications
    }
}
