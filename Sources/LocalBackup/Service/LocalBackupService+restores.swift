public import BackupAPI

extension LocalBackupService {
    /// Starts a restore; see `BackupService`. The destination agent must be this host.
    ///
    /// The inclusion `/` is all that the backup has. The files wait in a folder `.moonkeep-restore-ID` below the destination
    /// until all are whole, and then get to their places: without `overwriteFiles` where nothing is, with it also in the place
    /// of files that are there. No link in the destination is followed.
    public func startRestore(_ draft: RestoreDraft, key: String?) async throws -> Restore {
        if let key, let first = try await site.catalog.row(RestoreRow.self, key: key) {
            return first.resource(agent: agent)
        }
        try await keeper.reconcile()
        let backup = try await site.catalog.row(BackupRow.self, id: draft.backup.rawValue)
        _ = try site.repositories.named(backup.repository)
        let problems = problems(of: draft, backup: backup)
        guard problems.isEmpty else { throw BackupError.invalidRequest(problems) }
        let now = site.now()
        let row = try await keeper.begin(key: key) { id, bootID in
            RestoreRow(id: id, key: key, draft: draft, backup: backup, createdTime: now, bootID: bootID)
        } _: { run in
            try await run.perform()
        }
        return row.resource(agent: agent)
    }

    /// One restore's record as of now. Throws `unknown_restore`.
    public func restore(_ id: ResourceID<Restore>) async throws -> Restore {
        try await keeper.reconcile()
        return try await site.catalog.row(RestoreRow.self, id: id.rawValue).resource(agent: agent)
    }

    /// The restores of a page, newest first unless it says otherwise.
    public func restores(_ page: Page<Restore>) async throws -> [Restore] {
        try await keeper.reconcile()
        return try await site.catalog.rows(RestoreRow.self, page).map { $0.resource(agent: agent) }
    }

    /// Asks for a stop; see `BackupService`.
    public func stopRestore(_ id: ResourceID<Restore>) async throws -> Restore {
        try await keeper.requestStop(RestoreRow.self, id.rawValue).resource(agent: agent)
    }

    /// What went wrong in a restore, the first thousand files of it. Throws `unknown_restore`.
    public func errors(ofRestore id: ResourceID<Restore>) async throws -> ErrorList {
        try await errorList(RestoreRow.self, id.rawValue)
    }

    private func problems(of draft: RestoreDraft, backup: BackupRow) -> [String] {
        var found: [String] = []
        if !backup.isRestorable { found.append("backup '\(backup.id)' cannot be restored") }
        if draft.destinationAgent != agent {
            found.append("destination agent '\(draft.destinationAgent)' is not known")
        }
        if let path = draft.destinationPath { found += Self.problems(of: path, "destination path") }
        if draft.inclusions.isEmpty { found.append("inclusions: at least one path is needed") }
        for rule in draft.inclusions + draft.exclusions { found += Self.problems(of: rule.path, "path") }
        return found
    }

    private static func problems(of path: String, _ name: String) -> [String] {
        if path.contains("\0") {
            return ["\(name) '\(path.replacing("\0", with: "\\0"))' has a NUL character"]
        }
        return path.isAbsolutePath ? [] : ["\(name) '\(path)' is not absolute"]
    }
}
