/// What to change of a configuration; what is `nil` stays (contract 4.5).
public struct ConfigurationChanges: Hashable, Sendable {
    /// The name.
    public var name: String?
    /// Whether the schedule starts it.
    public var enabled: Bool?
    /// The schedule; `.some(nil)` makes it start by hand only.
    public var schedule: Schedule??
    /// Days that snapshots are kept; 0 for ever.
    public var retentionDays: Int?
    /// The whole list of inclusions.
    public var inclusions: [PathRule]?
    /// The whole list of exclusions.
    public var exclusions: [PathRule]?
    /// The whole list of notifications.
    public var notifications: [Notification]?

    /// Makes changes.
    public init(
        name: String? = nil,
        enabled: Bool? = nil,
        schedule: Schedule?? = nil,
        retentionDays: Int? = nil,
        inclusions: [PathRule]? = nil,
        exclusions: [PathRule]? = nil,
        notifications: [Notification]? = nil
    ) {
        self.name = name
        self.enabled = enabled
        self.schedule = schedule
        self.retentionDays = retentionDays
        self.inclusions = inclusions
        self.exclusions = exclusions
        self.notifications = notifications
    }
}
