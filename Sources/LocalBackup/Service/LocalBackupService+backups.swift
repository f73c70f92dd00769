public import BackupAPI

extension LocalBackupService: BackupService {
    /// Starts a backup; see `BackupService`. What a missing restic or a wrong password does to it is in its record.
    public func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        if let key, let first = try await site.catalog.row(BackupRow.self, key: key) {
            return first.resource(agent: agent)
        }
        let draft = try await knownConfigurations().draft(configuration)
        let resource = draft.resource(id: configuration, agent: agent, lastCompleted: nil)
        let now = site.now()
        let row = try await begin(key: key) { id, bootID in
            BackupRow(id: id, key: key, configuration: resource, createdTime: now, bootID: bootID)
        } _: { run in
            try await run.perform(draft, id: configuration)
        }
        return row.resource(agent: agent)
    }

    /// One backup's record as of now. Throws `unknown_backup`.
    public nonisolated func backup(_ id: ResourceID<Backup>) async throws -> Backup {
        if let row = site.catalog.settledBackup(id.rawValue) { return row.resource(agent: agent) }
        try await reconcile()
        return try await site.catalog.backup(id.rawValue).resource(agent: agent)
    }

    /// The backups that match, newest first unless the filter says otherwise.
    public func backups(_ filter: BackupFilter) async throws -> [Backup] {
        try await reconcile()
        try await noticeForgottenSnapshots()
        return try await site.catalog.rows(filter).map { $0.resource(agent: agent) }
    }

    /// Asks for a stop; see `BackupService`.
    public func stop(_ id: ResourceID<Backup>) async throws -> Backup {
        try await requestStop(BackupRow.self, id.rawValue).resource(agent: agent)
    }

    /// What went wrong in a backup, the first thousand files of it. Throws `unknown_backup`.
    public func errors(of id: ResourceID<Backup>) async throws -> ErrorList {
        try await errorList(BackupRow.self, id.rawValue)
    }

    func errorList<Row: RunRow>(_ type: Row.Type, _ id: String) async throws -> ErrorList {
        try await reconcile()
        let row = try await site.catalog.row(Row.self, id: id)
        return ErrorList(
            count: row.errorCount,
            reason: row.errorReason,
            diagnostics: row.errorDiagnostics,
            list: try await site.catalog.errorItems(of: row),
            links: [Link(href: "/v2/\(Row.kind)s/\(id)/errors", rel: "self")]
        )
    }
}
