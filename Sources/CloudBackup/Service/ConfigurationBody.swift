import BackupAPI

/// The body of `POST /configurations` (contract 2.4.1).
struct ConfigurationBody: Encodable {
    let agentID: ResourceID<Agent>
    let name: String
    let enabled: Bool
    @Nullable var schedule: Schedule?
    let retention: Retention
    let inclusions: [PathRule]
    let exclusions: [PathRule]
    let notifications: [Notification]

    private enum CodingKeys: String, CodingKey {
        case agentID = "agent_id"
        case name, enabled, schedule, retention, inclusions, exclusions, notifications
    }

    init(_ draft: ConfigurationDraft, agent: ResourceID<Agent>) {
        agentID = agent
        name = draft.name
        enabled = draft.enabled
        _schedule = Nullable(wrappedValue: draft.schedule?.asRequested)
        retention = draft.retention
        inclusions = draft.inclusions
        exclusions = draft.exclusions
        notifications = draft.notifications
    }
}

extension Schedule {
    /// The schedule without its start, which the service sets.
    fileprivate var asRequested: Schedule { Schedule(recurrence: recurrence, timeZone: timeZone) }
}

extension ConfigurationChanges {
    /// The changes as operations on the seven paths that can be patched (contract 4.5).
    var operations: [PatchOperation] {
        var operations: [PatchOperation] = []
        if let name { operations.append(PatchOperation(path: "/name", value: name)) }
        if let enabled { operations.append(PatchOperation(path: "/enabled", value: enabled)) }
        if let schedule { operations.append(PatchOperation(path: "/schedule", value: schedule?.asRequested)) }
        if let retentionDays {
            operations.append(PatchOperation(path: "/retention/days", value: retentionDays))
        }
        if let inclusions { operations.append(PatchOperation(path: "/inclusions", value: inclusions)) }
        if let exclusions { operations.append(PatchOperation(path: "/exclusions", value: exclusions)) }
        if let notifications {
            operations.append(PatchOperation(path: "/notifications", value: notifications))
        }
        return operations
    }
}
