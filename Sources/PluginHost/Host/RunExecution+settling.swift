import BackupAPI
import LuaKit

extension RunExecution {
    /// Looks after the backups that the script left running: a cancelled run stops them, and what else its modules have
    /// started, and waits for that.
    ///
    /// In a task of its own, since that of a cancelled run cannot wait. A backup that cannot be asked about counts as
    /// running.
    func settle(isCancelled: Bool) async -> [Backup] {
        guard context.mode == .live else { return [] }
        let left = context.backups.unfinished
        return await Task(executorPreference: context.environment.taskExecutor) {
            if isCancelled { await stopOther() }
            var running: [Backup] = []
            var stopping: Set<ResourceID<Backup>> = []
            for backup in left where isCancelled {
                if await stop(backup.id) { stopping.insert(backup.id) }
            }
            for backup in left {
                let last = await lastRecord(of: backup, isStopping: stopping.contains(backup.id))
                guard let last else { continue }
                if last.state.isFinal {
                    context.backups.noteEnd(of: last, in: context)
                } else {
                    running.append(last)
                }
            }
            return running
        }.value
    }
}

extension RunExecution {
    /// Does what modules want done when the run is cancelled.
    private func stopOther() async {
        for work in context.cancellationWork {
            do {
                try await work()
            } catch {
                context.observe(
                    .log(.error, "something could not be stopped: \(error)", fields: .record([:]))
                )
            }
        }
    }

    /// Asks for a stop at the end of a cancelled run; returns whether the backup is going to end.
    private func stop(_ backup: ResourceID<Backup>) async -> Bool {
        do {
            _ = try await context.service.stop(backup)
            return true
        } catch let error as BackupError where error.code == .conflict {
            return true
        } catch {
            context.observe(
                .log(.error, "backup '\(backup)' could not be stopped: \(error)", fields: .record([:]))
            )
            return false
        }
    }

    /// A backup's record at the end of the run, or the one that is known when the service does not answer.
    private func lastRecord(of backup: StartedBackup, isStopping: Bool) async -> Backup? {
        do {
            guard isStopping else { return try await context.service.backup(backup.id) }
            return try await context.service.wait(for: backup.id) { update in
                context.backups.noteProgress(update, in: context)
            }
        } catch {
            context.observe(
                .log(.error, "backup '\(backup.id)' could not be looked at: \(error)", fields: .record([:]))
            )
            return backup.record
        }
    }
}
