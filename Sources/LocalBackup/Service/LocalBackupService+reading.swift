public import BackupAPI

extension LocalBackupService: BackupService {
    /// All configurations of the settings, in the order of their names.
    public func configurations() async throws -> [Configuration] {
        let last = try await site.catalog.lastCompleted()
        return try configurationSet.drafts.map { id, draft in
            try draft.resource(id: id, agent: agent, lastCompleted: last[id]).withNextBackup(
                after: site.now()
            )
        }
    }

    /// One configuration. Throws `unknown_configuration`.
    public func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        let draft = try configurationSet.draft(id)
        return try draft.resource(
            id: id,
            agent: agent,
            lastCompleted: try await site.catalog.lastCompleted()[id]
        )
        .withNextBackup(after: site.now())
    }

    /// One backup's record as of now. Throws `unknown_backup`.
    public func backup(_ id: ResourceID<Backup>) async throws -> Backup {
        try await reconcile()
        return try await site.catalog.row(id: id.rawValue).resource(agent: agent)
    }

    /// The backups that match, newest first.
    public func backups(_ filter: BackupFilter) async throws -> [Backup] {
        try await reconcile()
        return try await site.catalog.rows(filter).map { $0.resource(agent: agent) }
    }

    /// What went wrong in a backup, the first thousand files of it. Throws `unknown_backup`.
    public func errors(of id: ResourceID<Backup>) async throws -> ErrorList {
        try await reconcile()
        let row = try await site.catalog.row(id: id.rawValue)
        return ErrorList(
            count: row.errorCount,
            reason: row.errorReason,
            diagnostics: row.errorDiagnostics,
            list: try await site.catalog.errorItems(of: row.id),
            links: [Link(href: "/v2/backups/\(id)/errors", rel: "self")]
        )
    }

    /// The events of a backup (contract 2.3.6), oldest first. Throws `unknown_backup`.
    public func events(of id: ResourceID<Backup>) async throws -> [Event] {
        try await site.catalog.events(of: id.rawValue, agent: agent)
    }

    /// What is wrong with the catalog's file; empty when it is sound.
    package func catalogProblems() async throws -> [String] {
        try await site.catalog.integrityProblems()
    }
}
