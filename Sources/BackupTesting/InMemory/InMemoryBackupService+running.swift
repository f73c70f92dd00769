package import BackupAPI
internal import Synchronization

extension InMemoryBackupService {
    /// Runs a script until it stands still.
    ///
    /// `position` is where it stood when the caller decided to wake it; it is left alone if it has moved since.
    func advance<Record: InMemoryRecord>(_ id: ResourceID<Record>, from position: Int) {
        change(id) { run, now in
            guard run.record.state != .stopRequested, run.position == position else { return nil }
            run.advance(now: now)
            if case .gate(let gate)? = run.pause {
                let position = run.position
                return { gate.whenOpen { [weak self] in self?.advance(id, from: position) } }
            }
            return nil
        }
    }

    /// A record as of now; a run that stood still until it is watched goes on first.
    func look<Record: InMemoryRecord>(at id: ResourceID<Record>) throws -> Record {
        let seen = try state.withLock { try $0[keyPath: Record.runs].run(id) }
        if case .unwatched? = seen.pause { advance(id, from: seen.position) }
        return try state.withLock { try $0[keyPath: Record.runs].run(id).record }
    }

    /// Asks for a stop and returns the record in `stop_requested`.
    func requestStop<Record: InMemoryRecord>(_ id: ResourceID<Record>) throws -> Record {
        let (record, gate) = try state.withLock { state in
            var run = try state[keyPath: Record.runs].run(id)
            guard !run.record.state.isFinal else {
                throw Record.alreadyFinal(id, state: run.record.state)
            }
            run.requestStop()
            let news = run.takeNews()
            state[keyPath: Record.runs][id] = run
            state.note(news, about: run.record)
            return (run.record, run.script.stopGate)
        }
        if let gate {
            gate.whenOpen { [weak self] in self?.endAsStopped(id) }
        } else {
            endAsStopped(id)
        }
        return record
    }

    /// Ends a backup as stopped, whether or not it was asked to; nothing happens when it is over.
    package func end(_ id: ResourceID<Backup>) {
        endAsStopped(id)
    }

    private func endAsStopped<Record: InMemoryRecord>(_ id: ResourceID<Record>) {
        change(id) { run, now in
            run.end(.stopped, now: now)
            return nil
        }
    }

    /// Gives a watcher all news from now on.
    func watch(
        _ id: ResourceID<Backup>,
        with stream: AsyncThrowingStream<BackupUpdate, any Error>.Continuation
    ) {
        let number = state.withLock { state in
            state.lastWatcher += 1
            return state.lastWatcher
        }
        stream.onTermination = { [weak self] _ in
            self?.state.withLock { $0.backups[id]?.removeWatcher(number) }
        }
        let watcher = InMemoryRun<Backup>.Watcher(
            yield: { stream.yield(BackupUpdate(backup: $0, progress: $1)) },
            finish: { stream.finish(throwing: $0) }
        )
        let isKnown = change(id) { run, _ in
            run.add(watcher, number: number)
            guard case .unwatched? = run.pause else { return nil }
            let position = run.position
            return { self.advance(id, from: position) }
        }
        if !isKnown { stream.finish(throwing: BackupError.unknownBackup(id.rawValue)) }
    }

    /// Changes a run under the lock; what calls back, as the end of a stream and a gate do, happens after it.
    @discardableResult
    private func change<Record: InMemoryRecord>(
        _ id: ResourceID<Record>,
        _ work: (inout InMemoryRun<Record>, () -> Timestamp) -> (@Sendable () -> Void)?
    ) -> Bool {
        typealias After = (finished: [InMemoryRun<Record>.Finished], then: (@Sendable () -> Void)?)
        let after: After? = state.withLock { state in
            guard var run = state[keyPath: Record.runs][id] else { return nil }
            var moment = state.lastMoment
            let clock = state.now
            let then = work(&run) {
                moment = clock?() ?? moment.advanced(by: .seconds(1))
                return moment
            }
            let finished = run.takeFinished()
            let news = run.takeNews()
            state.lastMoment = moment
            state[keyPath: Record.runs][id] = run
            state.note(news, about: run.record)
            return (finished, then)
        }
        guard let after else { return false }
        for finished in after.finished { finished.finish() }
        after.then?()
        return true
    }
}
