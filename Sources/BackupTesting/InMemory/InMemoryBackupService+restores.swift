public import BackupAPI
internal import Synchronization

extension InMemoryBackupService {
    /// Starts a restore and returns its record, in `start_requested`; a repeated key returns the record as of now.
    public func startRestore(_ draft: RestoreDraft, key: String?) async throws -> Restore {
        let (restore, isNew) = try state.withLock { state in
            if let restore = state.restores.record(key: key) { return (restore, false) }
            return (try state.start(draft, key: key), true)
        }
        if isNew { advance(restore.id, from: 0) }
        return restore
    }

    /// One restore's record as of now; one that stood still until it is watched goes on first.
    public func restore(_ id: ResourceID<Restore>) async throws -> Restore {
        try look(at: id)
    }

    /// The restores of a page.
    public func restores(_ page: Page<Restore>) async throws -> [Restore] {
        try state.withLock { state in
            try state.restores.page(
                after: page.marker,
                limit: page.limit,
                isAscending: page.isAscending ?? false
            )
        }
    }

    /// Asks for a stop and returns the record in `stop_requested`.
    public func stopRestore(_ id: ResourceID<Restore>) async throws -> Restore {
        try requestStop(id)
    }

    /// What went wrong in a restore, file by file.
    public func errors(ofRestore id: ResourceID<Restore>) async throws -> ErrorList {
        try state.withLock { try $0.restores.run(id).errorList }
    }
}

extension InMemoryBackupService.State {
    fileprivate mutating func start(_ draft: RestoreDraft, key: String?) throws -> Restore {
        let backup = try backups.run(draft.backup).record
        let problems = problems(of: draft, backup: backup)
        guard problems.isEmpty else { throw BackupError.invalidRequest(problems) }
        let script = restoreScripts.first ?? .completes
        if restoreScripts.count > 1 { restoreScripts.removeFirst() }
        if let error = script.startError { throw error }
        let restore = Restore.make(id: .make(100_001 + restores.order.count), draft)
        add(InMemoryRun(record: restore, script: script), key: key)
        return restore
    }

    private func problems(of draft: RestoreDraft, backup: Backup) -> [String] {
        var found: [String] = []
        if !backup.restorable { found.append("backup '\(backup.id)' cannot be restored") }
        if !agents.contains(where: { $0.id == draft.destinationAgent }) {
            found.append("destination agent '\(draft.destinationAgent)' is not known")
        }
        if let path = draft.destinationPath {
            if !path.isAbsolutePath { found.append("destination path '\(path)' is not absolute") }
        } else if draft.destinationAgent != backup.agent.id {
            found.append("a destination path is needed on another host than that of the backup")
        }
        if draft.inclusions.isEmpty { found.append("inclusions: at least one path is needed") }
        for rule in draft.inclusions + draft.exclusions where !rule.path.isAbsolutePath {
            found.append("path '\(rule.path)' is not absolute")
        }
        return found
    }
}
