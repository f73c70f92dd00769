import BackupAPI
import LuaKit
import RunJournal

extension BackupCalls {
    /// A step that waits for a backup; its news go to the observer and, as ticks, to the script's own function.
    func wait(
        _ call: StepCall,
        _ id: ResourceID<Backup>,
        _ options: WaitOptions
    ) async throws -> LuaValue {
        var call = call
        // A timeout counts from the first time that the step began.
        call.isIntended = options.timeout != nil
        call.planned = .answer { [arguments = call.arguments] in
            try PlannedBackup.record(arguments.first ?? .nil)
        }
        var ticks: ProgressTicks?
        return try await steps.step(
            call,
            learn: { record in
                let end = ActivityState(rawValue: record["state"].text ?? "")
                run.backups.noteEnd(of: id, as: end, in: run)
            },
            prelude: { key in
                guard let onProgress = options.onProgress?.value else { return }
                ticks = ProgressTicks(of: key, showing: onProgress, in: run, steps)
                try await ticks?.repeatRecorded()
            },
            body: { began in
                let backup = try await wait(for: id, since: began, within: options.timeout?.value) { update in
                    run.backups.noteProgress(update, in: run)
                    try await ticks?.show(update)
                }
                run.backups.noteEnd(of: backup, in: run)
                return try .record(of: backup)
            }
        )
    }

    private func wait(
        for id: ResourceID<Backup>,
        since began: Timestamp,
        within timeout: Duration?,
        onUpdate: (BackupUpdate) async throws -> Void
    ) async throws -> Backup {
        guard let timeout else { return try await service.wait(for: id, onUpdate: onUpdate) }
        return try await wait(for: id, within: run.time(timeout, since: began), onUpdate: onUpdate)
    }

    /// Waits for a backup until a time has passed. The script's function runs in the caller's task: a timeout that
    /// cancelled it would end the script with it.
    private func wait(
        for id: ResourceID<Backup>,
        within time: StepTime,
        onUpdate: (BackupUpdate) async throws -> Void
    ) async throws -> Backup {
        let (news, continuation) = AsyncThrowingStream<BackupUpdate, any Error>.makeStream()
        let service = service
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
                try await time.sleep()
                continuation.finish(throwing: BackupError.notOver(id, after: time.length))
            }
            var last: Backup?
            for try await update in news {
                last = update.backup
                try await onUpdate(update)
            }
            try Task.checkCancellation()
            guard let last, last.state.isFinal else { throw BackupError.notOver(id, after: time.length) }
            return last
        }
    }
}

extension BackupError {
    static func notOver(_ id: ResourceID<Backup>, after timeout: Duration) -> BackupError {
        BackupError(
            .timedOut,
            "backup '\(id)' was not over after \(Figures.duration(timeout))",
            fix: "It goes on; wait for it again, or stop it.",
            isRetryable: true
        )
    }
}
