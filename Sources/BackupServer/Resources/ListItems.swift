import BackupAPI

/// A configuration in a list: the contract's "L" fields (2.4).
struct ConfigurationItem: Encodable {
    let configuration: Configuration

    private enum CodingKeys: String, CodingKey {
        case projectID = "project_id"
        case id, agent, name, enabled, schedule, retention, backups, links
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
        try container.encode(ShownBackups(configuration.backups), forKey: .backups)
        try container.encode(configuration.links.selfAsFull, forKey: .links)
    }
}

/// A restore in a list: the contract's "L" fields (2.5).
struct RestoreItem: Encodable {
    let restore: Restore

    private enum CodingKeys: String, CodingKey {
        case projectID = "project_id"
        case id, backup
        case destinationAgent = "destination_agent"
        case destinationPath = "destination_path"
        case overwriteFiles = "overwrite_files"
        case state
        case startedTime = "started_time"
        case endedTime = "ended_time"
        case errors
        case filesRestored = "files_restored"
        case bytesRestored = "bytes_restored"
        case links
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(restore.projectID, forKey: .projectID)
        try container.encode(restore.id, forKey: .id)
        try container.encode(restore.backup, forKey: .backup)
        try container.encode(restore.destinationAgent, forKey: .destinationAgent)
        try container.encode(restore.destinationPath, forKey: .destinationPath)
        try container.encode(restore.overwriteFiles, forKey: .overwriteFiles)
        try container.encode(restore.state, forKey: .state)
        try container.encode(restore.startedTime, forKey: .startedTime)
        try container.encode(restore.endedTime, forKey: .endedTime)
        try container.encode(restore.errors, forKey: .errors)
        try container.encode(restore.filesRestored, forKey: .filesRestored)
        try container.encode(restore.bytesRestored, forKey: .bytesRestored)
        try container.encode(restore.links.selfAsFull, forKey: .links)
    }
}

extension [Link] {
    /// List items of configurations and restores call their own link `full` (1.7).
    fileprivate var selfAsFull: [Link] {
        map { $0.rel == "self" ? Link(href: $0.href, rel: "full") : $0 }
    }
}
