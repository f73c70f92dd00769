public import BackupAPI
internal import Synchronization

extension InMemoryBackupService {
    /// All agents in the order of their names.
    public func agents() async throws -> [Agent] {
        state.withLock { $0.agents.sorted { $0.name < $1.name } }
    }

    /// Adds the event only: agents are awake. Throws `unknown_agent`.
    public func activate(_ agent: ResourceID<Agent>?, mode: AgentMode) async throws {
        try state.withLock { state in
            if let agent { _ = try state.agent(agent) }
            state.note("agent_activate", mode: mode)
        }
    }

    /// Backups, restores and cleanups together, the one that changed last first unless the filter says otherwise.
    public func activities(_ filter: ActivityFilter) async throws -> [Activity] {
        try state.withLock { state in
            let ids = state.changes.map(\.id)
            let ordered = filter.page.isAscending ?? false ? ids : ids.reversed()
            return try ordered.page(after: filter.page.marker, of: "activities")
                .compactMap(state.activity)
                .filter { activity in
                    (filter.agent ?? activity.agent.id) == activity.agent.id
                        && (filter.configuration == nil || filter.configuration == activity.configuration?.id)
                }
                .first(filter.page.limit)
        }
    }

    /// The events of a subject; they do not expire by themselves, see ``expireEvents()``.
    public func events(of subject: EventSubject, _ page: Page<Event>) async throws -> [Event] {
        try state.withLock { state in
            switch subject {
            case .project: break
            case .agent(let id): _ = try state.agent(id)
            case .configuration(let id): _ = try state.configuration(id)
            case .backup(let id): _ = try state.backups.run(id)
            case .restore(let id): _ = try state.restores.run(id)
            case .cleanup(let id): _ = try state.cleanups.run(id)
            }
            return try state.events.page(of: subject, page)
        }
    }

    /// Makes all events so far too old to be listed.
    public func expireEvents() {
        state.withLock { $0.events.expire() }
    }

    /// The entries of a folder in a backup, by name. Throws `unknown_backup`, and `unknown_path`.
    public func browse(_ backup: ResourceID<Backup>, path: String) async throws -> [BrowseItem] {
        try state.withLock { state in
            _ = try state.backups.run(backup)
            return try state.entries(of: path)
        }
    }

    /// The entries of a folder on an agent's host, by name. Throws `unknown_agent`, and `unknown_path`.
    public func browse(agent: ResourceID<Agent>, path: String) async throws -> [BrowseItem] {
        try state.withLock { state in
            _ = try state.agent(agent)
            return try state.entries(of: path)
        }
    }
}

extension InMemoryBackupService.State {
    fileprivate func activity(_ id: ResourceID<Activity>) -> Activity? {
        activity(backups, id) ?? activity(restores, id) ?? activity(cleanups, id)
    }

    private func activity<Record>(_ runs: InMemoryRuns<Record>, _ id: ResourceID<Activity>) -> Activity? {
        guard let record = runs[ResourceID(id.rawValue)]?.record,
            let time = changes.last(where: { $0.id == id })?.time
        else { return nil }
        return Activity(
            id: id,
            type: Record.kind,
            lastUpdatedTime: time,
            state: record.state,
            agent: Reference(
                id: record.agentID,
                links: [Link(href: "/v2/agents/\(record.agentID)", rel: "full")]
            ),
            configuration: configurationID(of: record).map { configuration in
                Reference(
                    id: configuration,
                    links: [Link(href: "/v2/configurations/\(configuration)", rel: "full")]
                )
            },
            links: [Link(href: "/v2/\(Record.kind)s/\(id)", rel: Record.kind)]
        )
    }

    fileprivate func entries(of path: String) throws -> [BrowseItem] {
        let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard let items = folders[folder] else {
            throw BackupError(.unknownPath, "there is no folder '\(path)'")
        }
        return items.sorted { $0.name < $1.name }
    }
}
