internal import BackupAPI

extension InMemoryBackupService {
    /// All that the service knows.
    struct State {
        var configurations: [Configuration]
        var scripts: [ResourceID<Configuration>: [BackupScript]]
        var order: [ResourceID<Backup>] = []
        var runs: [ResourceID<Backup>: InMemoryRun] = [:]
        var byKey: [String: ResourceID<Backup>] = [:]
        var startRequests: [StartRequest] = []
        var lastMoment = Timestamp.sample
        var lastWatcher = 0

        /// The configurations that are not deleted, in the order of their names.
        var existing: [Configuration] {
            configurations.filter { !$0.deleted }.sorted { $0.name < $1.name }
        }

        func configuration(_ id: ResourceID<Configuration>) throws -> Configuration {
            guard let found = configurations.first(where: { $0.id == id }) else { throw unknown(id) }
            return found
        }

        func run(_ id: ResourceID<Backup>) throws -> InMemoryRun {
            guard let run = runs[id] else { throw BackupError.unknownBackup(id.rawValue) }
            return run
        }

        /// Adds a backup that does not move yet.
        mutating func start(_ id: ResourceID<Configuration>, key: String?) throws -> Backup {
            guard try !configuration(id).deleted else { throw unknown(id) }
            let script = scripts[id]?.first ?? .completes
            if let queue = scripts[id], queue.count > 1 { scripts[id] = Array(queue.dropFirst()) }
            if let error = script.startError { throw error }
            let backup = Backup.make(id: .make(order.count + 1), configuration: id)
            order.append(backup.id)
            runs[backup.id] = InMemoryRun(backup: backup, script: script)
            if let key { byKey[key] = backup.id }
            return backup
        }

        private func unknown(_ id: ResourceID<Configuration>) -> BackupError {
            .unknownConfiguration(id.rawValue, known: existing.map(\.name))
        }
    }
}
