package import BackupAPI
internal import Synchronization

extension InMemoryBackupService {
    /// Runs a backup's script until it stands still.
    ///
    /// `position` is where it stood when the caller decided to wake it; it is left alone if it has moved since.
    func advance(_ id: ResourceID<Backup>, from position: Int) {
        change(id) { run, now in
            guard run.backup.state != .stopRequested, run.position == position else { return nil }
            run.advance(now: now)
            if case .gate(let gate)? = run.pause {
                let position = run.position
                return { gate.whenOpen { [weak self] in self?.advance(id, from: position) } }
            }
            return nil
        }
    }

    /// Ends a backup as stopped, whether or not it was asked to; nothing happens when it is over.
    package func end(_ id: ResourceID<Backup>) {
        change(id) { run, now in
            run.end(.stopped, now: now)
            return nil
        }
    }

    /// Gives a watcher all news from now on.
    func watch(_ id: ResourceID<Backup>, with watcher: InMemoryRun.Watcher) {
        let number = state.withLock { state in
            state.lastWatcher += 1
            return state.lastWatcher
        }
        watcher.onTermination = { [weak self] _ in
            self?.state.withLock { $0.runs[id]?.removeWatcher(number) }
        }
        let isKnown = change(id) { run, _ in
            run.add(watcher, number: number)
            guard case .unwatched? = run.pause else { return nil }
            let position = run.position
            return { self.advance(id, from: position) }
        }
        if !isKnown { watcher.finish(throwing: BackupError.unknownBackup(id.rawValue)) }
    }

    /// Changes a backup under the lock; what calls back, as the end of a stream and a gate do, happens after it.
    @discardableResult
    private func change(
        _ id: ResourceID<Backup>,
        _ work: (inout InMemoryRun, () -> Timestamp) -> (@Sendable () -> Void)?
    ) -> Bool {
        let after: (finished: [InMemoryRun.Finished], then: (@Sendable () -> Void)?)? = state.withLock {
            state in
            guard var run = state.runs[id] else { return nil }
            var moment = state.lastMoment
            let then = work(&run) {
                moment = moment.advanced(by: .seconds(1))
                return moment
            }
            let finished = run.takeFinished()
            state.lastMoment = moment
            state.runs[id] = run
            return (finished, then)
        }
        guard let after else { return false }
        for finished in after.finished { finished.finish() }
        after.then?()
        return true
    }
}
