internal import BackupAPI

extension InMemoryBackupService {
    /// All that the service knows.
    struct State {
        var configurations: [Configuration]
        var scripts: [ResourceID<Configuration>: [BackupScript]]
        var restoreScripts: [BackupScript] = []
        var cleanupScripts: [BackupScript] = []
        /// What checks find, one after the other; the last one serves all that follow.
        var findings: [[String]] = []
        /// What checks were asked to read.
        var checkedData: [CheckedData] = []
        var agents: [Agent]
        var folders: [String: [BrowseItem]]
        let now: (@Sendable () -> Timestamp)?
        var backups = InMemoryRuns<Backup>()
        var restores = InMemoryRuns<Restore>()
        var cleanups = InMemoryRuns<Cleanup>()
        var events = InMemoryEvents()
        /// The activities, the one that changed last at the end.
        var changes: [(id: ResourceID<Activity>, time: Timestamp)] = []
        var startRequests: [StartRequest] = []
        var lastMoment = Timestamp.sample
        var lastWatcher = 0

        /// The configurations that are not deleted, in the order of their names.
        var existing: [Configuration] {
            configurations.filter { !$0.deleted }.sorted { $0.name < $1.name }.map(withLastCompleted)
        }

        /// One configuration, be it deleted or not.
        func configuration(_ id: ResourceID<Configuration>) throws -> Configuration {
            guard let found = configurations.first(where: { $0.id == id }) else { throw unknown(id) }
            return withLastCompleted(found)
        }

        /// One configuration that is not deleted.
        func existingConfiguration(_ id: ResourceID<Configuration>) throws -> Configuration {
            let found = try configuration(id)
            guard !found.deleted else { throw unknown(id) }
            return found
        }

        func agent(_ id: ResourceID<Agent>) throws -> Agent {
            guard let found = agents.first(where: { $0.id == id }) else {
                throw BackupError.unknownAgent(id.rawValue)
            }
            return found
        }

        /// Adds a backup that does not move yet.
        mutating func start(_ id: ResourceID<Configuration>, key: String?) throws -> Backup {
            let configuration = try existingConfiguration(id)
            let script = scripts[id]?.first ?? .completes
            if let queue = scripts[id], queue.count > 1 { scripts[id] = Array(queue.dropFirst()) }
            if let error = script.startError { throw error }
            var backup = Backup.make(id: .make(backups.order.count + 1), configuration: id)
            backup.agent = configuration.agent
            add(InMemoryRun(record: backup, script: script), key: key)
            return backup
        }

        /// Adds a run, and the event of its start.
        mutating func add<Record: InMemoryRecord>(_ run: InMemoryRun<Record>, key: String?) {
            var run = run
            let news = run.takeNews()
            self[keyPath: Record.runs].add(run, key: key)
            note(news, about: run.record)
        }

        /// Takes down what happened to a record.
        mutating func note<Record: InMemoryRecord>(_ news: [InMemoryNews], about record: Record) {
            guard !news.isEmpty else { return }
            let id = ResourceID<Activity>(record.id.rawValue)
            changes.removeAll { $0.id == id }
            changes.append((id, lastMoment))
            for item in news {
                let configuration = configurationID(of: record)
                events.append(item, about: record, configuration: configuration, at: lastMoment)
            }
        }

        /// Takes down what happened to no record.
        mutating func note(_ event: String, mode: AgentMode? = nil) {
            events.append(event, agent: agents.first?.id, mode: mode, at: lastMoment)
        }

        /// The configuration that a backup is of, or that a restore's backup is of.
        func configurationID(of record: some InMemoryRecord) -> ResourceID<Configuration>? {
            if let backup = record as? Backup { return backup.configuration.id }
            if let restore = record as? Restore {
                return backups[restore.backup.id]?.record.configuration.id
            }
            return nil
        }

        func unknown(_ id: ResourceID<Configuration>) -> BackupError {
            .unknownConfiguration(id.rawValue, known: existing.map(\.name))
        }

        private func withLastCompleted(_ configuration: Configuration) -> Configuration {
            let last = backups.records.last { $0.configuration.id == configuration.id && $0.restorable }
            guard let last else { return configuration }
            var configuration = configuration
            let link = Link(href: "/v2/backups/\(last.id)", rel: "full")
            configuration.backups.lastCompleted = Reference(id: last.id, links: [link])
            return configuration
        }
    }
}
