import BackupAPI

extension BackupService {
    /// The backup with this id, the only one whose id begins so, or with `latest` or `latest:NAME` the newest complete one, of
    /// all or of a configuration.
    func backup(beginning text: String) async throws -> Backup {
        if text == "latest" { return try await latestBackup(of: nil) }
        if text.hasPrefix("latest:") { return try await latestBackup(of: String(text.dropFirst(7))) }
        do {
            return try await backup(ResourceID(text))
        } catch let error as BackupError where error.code == .unknownBackup {
            let found = try await backups(BackupFilter(limit: 10_000)).filter {
                !text.isEmpty && $0.id.rawValue.hasPrefix(text)
            }
            guard let only = found.first else { throw try await nothing(called: text, error) }
            guard found.count == 1 else {
                let ids = found.prefix(5).map(\.id.rawValue).joined(separator: ", ")
                throw CommandError(
                    "\(found.count) backups have ids that begin with '\(text)'",
                    fix: "Give more of the id: \(ids)."
                )
            }
            return only
        }
    }

    /// The newest backup that is complete and can still be restored.
    private func latestBackup(of name: String?) async throws -> Backup {
        let configuration: ResourceID<Configuration>? =
            if let name { try await self.configuration(idOrName: name).id } else { nil }
        var filter = BackupFilter(configuration: configuration, states: [.completed], limit: 1_000)
        if let found = try await backups(filter).first(where: \.restorable) { return found }
        filter.states = [.completedWithErrors]
        let partial = try await backups(filter).first(where: \.restorable)
        throw CommandError(
            "there is no complete backup" + (name.map { " of '\($0)'" } ?? "") + " that can be restored",
            fix: partial.map {
                "The newest one, '\($0.id)' of \(($0.startedTime ?? $0.local?.createdTime)?.wholeSeconds ?? "an unknown time"), was completed with errors: give its id to use it."
            } ?? "'moonkeep backups' shows what there is."
        )
    }

    /// The error for a text that is no beginning of an id; one that is a configuration's name is told how to say that.
    private func nothing(called text: String, _ error: BackupError) async throws -> BackupError {
        var error = error
        let names = try await configurations().map(\.name)
        if names.contains(text) {
            error.fix = "The newest backup of the configuration '\(text)' is 'latest:\(text)'."
        } else if text.lowercased().hasPrefix("lat") {
            error.fix = "The newest backup is 'latest', that of a configuration 'latest:NAME'."
        }
        return error
    }
}
