public import BackupAPI

extension LocalBackupService {
    /// Progress is told at most ten times a second; a new state at once.
    private static let interval = Duration.milliseconds(100)

    /// News of a backup until it is over, also when another process runs it. Throws `unknown_backup`.
    ///
    /// A consumer that is slow misses progress, not the end.
    public nonisolated func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error>
    {
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
    private nonisolated func tell(_ id: ResourceID<Backup>, _ yield: (BackupUpdate) -> Void) async throws {
        let spool = site.folder.spool(of: id.rawValue)
        var last: BackupUpdate?
        var toldAt = ContinuousClock.now - Self.interval
        for await _ in site.bell.pulses(every: Self.interval) {
            let backup = try await backup(id)
            let runs = backup.state == .inProgress || backup.state == .stopRequested
            let update = BackupUpdate(backup: backup, progress: runs ? spool.newestProgress() : nil)
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
