public import BackupAPI
internal import Synchronization

extension InMemoryBackupService {
    /// All configurations that are not deleted, in the order of their names.
    public func configurations() async throws -> [Configuration] {
        state.withLock { $0.existing }
    }

    /// One configuration, be it deleted or not. Throws `unknown_configuration`.
    public func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        try state.withLock { try $0.configuration(id) }
    }

    /// Makes a configuration of the first agent; a deleted one with the same id is made anew.
    public func create(_ draft: ConfigurationDraft) async throws -> Configuration {
        try state.withLock { state in
            let id = draft.id ?? ResourceID(uuidOf: draft.name)
            if state.existing.contains(where: { $0.id == id && $0.name != draft.name }) {
                throw BackupError(.conflict, "another configuration has the id '\(id)'")
            }
            var configuration = Configuration.make(draft.name, id: id)
            if let agent = state.agents.first {
                let link = Link(href: "/v2/agents/\(agent.id)", rel: "full")
                configuration.agent = Reference(id: agent.id, links: [link])
            }
            try state.fill(&configuration, with: draft, isNew: true)
            state.configurations.removeAll { $0.id == id }
            state.configurations.append(configuration)
            state.note("configuration_changed")
            return configuration
        }
    }

    /// Changes a configuration. Throws `unknown_configuration` for a deleted one, too.
    public func update(
        _ id: ResourceID<Configuration>,
        _ changes: ConfigurationChanges
    ) async throws -> Configuration {
        try state.withLock { state in
            var configuration = try state.existingConfiguration(id)
            let draft = ConfigurationDraft(configuration).changed(by: changes)
            try state.fill(&configuration, with: draft, isNew: false)
            state.configurations = state.configurations.map { $0.id == id ? configuration : $0 }
            state.note("configuration_changed")
            return configuration
        }
    }

    /// Deletes a configuration; its record stays.
    public func delete(_ id: ResourceID<Configuration>) async throws {
        try state.withLock { state in
            guard try !state.configuration(id).deleted else { return }
            state.note("configuration_changed")
            for index in state.configurations.indices where state.configurations[index].id == id {
                state.configurations[index].deleted = true
            }
        }
    }
}

extension InMemoryBackupService.State {
    /// Puts a draft that keeps the contract into a configuration; a new schedule starts now.
    fileprivate mutating func fill(
        _ configuration: inout Configuration,
        with draft: ConfigurationDraft,
        isNew: Bool
    ) throws {
        let problems = draft.problems
        guard problems.isEmpty else {
            throw BackupError.invalidConfiguration(draft.name, problems: problems)
        }
        let id = configuration.id
        guard !existing.contains(where: { $0.name == draft.name && (isNew || $0.id != id) }) else {
            throw BackupError.nameTaken(draft.name)
        }
        configuration.name = draft.name
        configuration.enabled = draft.enabled
        if draft.schedule != configuration.schedule { schedule(&configuration, draft.schedule) }
        configuration.retention = draft.retention
        configuration.inclusions = draft.inclusions
        configuration.exclusions = draft.exclusions
        configuration.notifications = draft.notifications
    }

    /// Hourly rules count from the start (contract 3.7); of others the service does not say what is next.
    private mutating func schedule(_ configuration: inout Configuration, _ schedule: Schedule?) {
        configuration.schedule = schedule
        configuration.backups.next = nil
        guard let rule = schedule?.recurrence.first else { return }
        lastMoment = lastMoment.advanced(by: .seconds(1))
        configuration.schedule?.start = lastMoment
        let hourly = "RRULE:FREQ=HOURLY;INTERVAL="
        guard rule.hasPrefix(hourly), let hours = Int(rule.dropFirst(hourly.count)) else { return }
        configuration.backups.next = NextBackup(
            scheduledTime: lastMoment.advanced(by: .seconds(hours * 3_600))
        )
    }
}

extension ResourceID {
    /// An id in the form of a UUID that depends on nothing but the text.
    init(uuidOf text: String) {
        let digits = Array(SHA256.hexDigest(of: Array(text.utf8)).prefix(32))
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
        self.init(groups.joined(separator: "-"))
    }
}
