import Foundation
import PluginHost

/// A back end of one's own, whole: it backs up a folder by copying it. What it does not do is refused by `BackupService`.
actor Copies: BackupService {
    private let source: Configuration
    private let place: String
    private var records: [Backup] = []
    private var started: [String: Backup] = [:]

    init(of folder: String, named name: String, to place: String) {
        let rule = PathRule(type: .folder, path: folder)
        source = Configuration(id: "source", agent: Reference(id: "me"), name: name, inclusions: [rule])
        self.place = place
    }

    func configurations() -> [Configuration] { [source] }

    func start(_ id: ResourceID<Configuration>, key: String?) async throws -> Backup {
        _ = try await configuration(id)
        if let known = key.flatMap({ started[$0] }) { return known }
        let new = ResourceID<Backup>("copy-\(records.count + 1)")
        var backup = Backup(id: new, agent: source.agent, configuration: Reference(id: id), state: .completed)
        do {
            try FileManager.default.copyItem(atPath: source.inclusions[0].path, toPath: "\(place)/\(new)")
        } catch {
            (backup.state, backup.errors) = (.failed, ErrorSummary(count: 1, diagnostics: "\(error)"))
        }
        records.insert(backup, at: 0)
        if let key { started[key] = backup }
        return backup
    }

    func backup(_ id: ResourceID<Backup>) throws -> Backup {
        if let found = records.first(where: { $0.id == id }) { return found }
        throw BackupError.unknownBackup(id.rawValue)
    }

    func backups(_ filter: BackupFilter) -> [Backup] { Array(records.prefix(filter.limit)) }
}
