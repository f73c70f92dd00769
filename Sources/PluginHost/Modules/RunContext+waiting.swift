import BackupAPI
import LuaKit

extension RunContext {
    /// Waits for a backup; its news go to the observer and to the script's own function.
    func waitForBackup(_ id: ResourceID<Backup>, _ options: WaitOptions) async throws -> Backup {
        let onProgress = options.onProgress?.value
        let backup =
            if let timeout = options.timeout?.value {
                try await wait(for: id, within: timeout) { try await self.show($0, to: onProgress) }
            } else {
                try await service.wait(for: id) { try await self.show($0, to: onProgress) }
            }
        noteEnd(of: backup)
        return backup
    }

    /// Shows a piece of news to the observer, and progress to the script's function.
    func show(_ update: BackupUpdate, to onProgress: LuaFunction?) async throws {
        observe(.backupProgress(update, configuration: name(of: update.backup)))
        guard let onProgress, let progress = update.progress else { return }
        do {
            try await call(onProgress, [.progress(progress, of: update.backup)])
        } catch let error as LuaError where error.code == .cancelled {
            throw CancellationError()
        }
    }

    /// Waits for a backup until a time has passed. The script's function runs in the caller's task: a timeout that
    /// cancelled it would end the script with it.
    private func wait(
        for id: ResourceID<Backup>,
        within timeout: Duration,
        onUpdate: (BackupUpdate) async throws -> Void
    ) async throws -> Backup {
        let (news, continuation) = AsyncThrowingStream<BackupUpdate, any Error>.makeStream()
        let (service, clock) = (service, environment.clock)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                do {
                    _ = try await service.wait(for: id) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            group.addTask {
                try await clock.sleep(for: timeout)
                continuation.finish(throwing: BackupError.notOver(id, after: timeout))
            }
            var last: Backup?
            for try await update in news {
                last = update.backup
                try await onUpdate(update)
            }
            try Task.checkCancellation()
            guard let last, last.state.isFinal else { throw BackupError.notOver(id, after: timeout) }
            return last
        }
    }
}

extension BackupError {
    fileprivate static func notOver(_ id: ResourceID<Backup>, after timeout: Duration) -> BackupError {
        BackupError(
            .timedOut,
            "backup '\(id)' was not over after \(Figures.duration(timeout))",
            fix: "It goes on; wait for it again, or stop it.",
            isRetryable: true
        )
    }
}
