import BackupAPI

/// A configuration with all of its fields (contract 2.4); the answer to a create has `next` at the top level, too (2.4.1, 6.5).
struct ConfigurationDetails: Encodable {
    let configuration: Configuration
    var isCreated = false

    private enum CodingKeys: String, CodingKey {
        case projectID = "project_id"
        case id, agent, name, enabled, schedule, retention, inclusions, exclusions, notifications, deleted
        case backups, next, links
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(configuration.projectID, forKey: .projectID)
        try container.encode(configuration.id, forKey: .id)
        try container.encode(configuration.agent, forKey: .agent)
        try container.encode(configuration.name, forKey: .name)
        try container.encode(configuration.enabled, forKey: .enabled)
        try container.encode(configuration.schedule.map(ShownSchedule.init), forKey: .schedule)
        try container.encode(configuration.retention, forKey: .retention)
        try container.encode(configuration.inclusions, forKey: .inclusions)
        try container.encode(configuration.exclusions, forKey: .exclusions)
        try container.encode(configuration.notifications, forKey: .notifications)
        try container.encode(configuration.deleted, forKey: .deleted)
        try container.encode(ShownBackups(configuration.backups), forKey: .backups)
        if isCreated { try container.encode(configuration.backups.next, forKey: .next) }
        try container.encode(configuration.links, forKey: .links)
    }
}

/// A schedule, whose start is null where the service does not say it.
struct ShownSchedule: Encodable {
    @Nullable var start: String?
    let recurrence: [String]
    let timeZone: String

    init(_ schedule: Schedule) {
        start = schedule.start?.wholeSeconds
        recurrence = schedule.recurrence
        timeZone = schedule.timeZone
    }

    private enum CodingKeys: String, CodingKey {
        case start, recurrence
        case timeZone = "time_zone"
    }
}

/// The last completed and the next backup of a configuration, each null where there is none.
struct ShownBackups: Encodable {
    @Nullable var lastCompleted: Reference<Backup>?
    @Nullable var next: NextBackup?

    init(_ backups: ConfigurationBackups) {
        lastCompleted = backups.lastCompleted
        next = backups.next
    }

    private enum CodingKeys: String, CodingKey {
        case lastCompleted = "last_completed"
        case next
    }
}
