public import BackupAPI

extension LocalBackupService: BackupService {
    /// Starts a backup; see `BackupService`. What a missing restic or a wrong password does to it is in its record.
    public func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        if let key, let first = try await site.catalog.row(BackupRow.self, key: key) {
            return first.resource(agent: agent)
        }
        let draft = try await site.configurations.known().draft(configuration)
        let resource = draft.resource(id: configuration, agent: agent, lastCompleted: nil)
        let repository = try site.repositories.named(draft.options.repository).name
        let now = site.now()
        let row = try await keeper.begin(key: key) { id, bootID in
            BackupRow(
                id: id,
                key: key,
                configuration: resource,
                repository: repository,
                createdTime: now,
                bootID: bootID
            )
        } _: { run in
            try await run.perform(draft, id: configuration)
        }
        return row.resource(agent: agent)
    }

    /// One backup's record as of now. Throws `unknown_backup`.
    public func backup(_ id: ResourceID<Backup>) async throws -> Backup {
        if let row = site.catalog.settledBackup(id.rawValue) { return row.resource(agent: agent) }
        try await keeper.reconcile()
        return try await site.catalog.backup(id.rawValue).resource(agent: agent)
    }

    /// The backups that match, newest first unless the filter says otherwise.
    public func backups(_ filter: BackupFilter) async throws -> [Backup] {
        try await lookAround()
        return try await site.catalog.rows(filter).map { $0.resource(agent: agent) }
    }

    /// Asks for a stop; see `BackupService`.
    public func stop(_ id: ResourceID<Backup>) async throws -> Backup {
        try await keeper.requestStop(BackupRow.self, id.rawValue).resource(agent: agent)
    }

    /// What went wrong in a backup, the first thousand files of it. Throws `unknown_backup`.
    public func errors(of id: ResourceID<Backup>) async throws -> ErrorList {
        try await errorList(BackupRow.self, id.rawValue)
    }

    func errorList<Row: RunRow>(_ type: Row.Type, _ id: String) async throws -> ErrorList {
        try await keeper.reconcile()
        let row = try await site.catalog.row(Row.self, id: id)
        return ErrorList(
            count: row.errorCount,
            reason: row.errorReason,
            diagnostics: row.errorDiagnostics,
            list: try await site.catalog.errorItems(of: row),
            links: [Link(href: "/v2/\(Row.kind)s/\(id)/errors", rel: "self")]
        )
    }

    /// What the key says, and so never `unknown`: a start is in the catalog, with its key, before anything else is done for
    /// it. A start of another process that is on its way at this moment is stopped by the key from becoming a second one.
    public func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        let id =
            switch request {
            case .backup: try await site.catalog.row(BackupRow.self, key: key)?.id
            case .restore: try await site.catalog.row(RestoreRow.self, key: key)?.id
            case .cleanup: try await site.catalog.row(CleanupRow.self, key: key)?.id
            }
        return id.map { .happened(id: $0) } ?? .absent
    }

    /// Progress is told at most ten times a second; a new state at once.
    private static let interval = Duration.milliseconds(100)

    /// News of a backup until it is over, also when another process runs it. Throws `unknown_backup`.
    ///
    /// A consumer that is slow misses progress, not the end.
    public func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        AsyncThrowingStream(bufferingPolicy: .bufferingNewest(32)) { continuation in
            let telling = Task {
                do {
                    try await tell(id) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in telling.cancel() }
        }
    }

    @concurrent
    private func tell(_ id: ResourceID<Backup>, _ yield: (BackupUpdate) -> Void) async throws {
        let spool = site.folder.spool(of: id.rawValue)
        var last: BackupUpdate?
        var toldAt = ContinuousClock.now - Self.interval
        for await _ in site.news(of: spool, everyLine: Self.interval) {
            let backup = try await backup(id)
            let runs = backup.state == .inProgress || backup.state == .stopRequested
            var update = BackupUpdate(backup: backup, progress: runs ? spool.newestProgress() : nil)
            // restic counts what it has read: after that only what leaves it tells whether it still goes on.
            if update.progress?.fraction == 1 { update.progress?.bytesWritten = spool.bytesWritten() }
            let isDue = backup != last?.backup || ContinuousClock.now - toldAt >= Self.interval
            if update != last, isDue {
                yield(update)
                last = update
                toldAt = .now
            }
            if backup.state.isFinal { return }
        }
        try Task.checkCancellation()
    }
}
