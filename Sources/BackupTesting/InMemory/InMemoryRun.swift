internal import BackupAPI

/// One backup of the in-memory service: its record, its script and those who watch it.
struct InMemoryRun {
    typealias Watcher = AsyncThrowingStream<BackupUpdate, any Error>.Continuation

    /// Why a script stands still.
    enum Pause {
        case gate(Gate)
        case unwatched
        case unstopped
    }

    /// Watchers that get nothing more; they are finished outside the lock, since that calls back.
    struct Finished {
        var watchers: [Watcher] = []
        var error: BackupError?

        func finish() {
            for watcher in watchers { watcher.finish(throwing: error) }
        }
    }

    private(set) var backup: Backup
    private(set) var errorList: ErrorList
    private(set) var pause: Pause?
    /// The number of steps that were done; a gate that opens late is told apart by it.
    private(set) var position = 0
    let script: BackupScript
    private var progress: BackupProgress?
    private var watchers: [Int: Watcher] = [:]
    private var finished: [Finished] = []

    init(backup: Backup, script: BackupScript) {
        self.backup = backup
        self.script = script
        errorList = ErrorList(links: [Link(href: "/v2/backups/\(backup.id)/errors", rel: "self")])
    }

    /// Does the script's steps until it stands still or the backup is over.
    mutating func advance(now: () -> Timestamp) {
        pause = nil
        while pause == nil, !backup.state.isFinal {
            guard position < script.steps.count else {
                pause = .unstopped
                return
            }
            position += 1
            perform(script.steps[position - 1], now: now)
        }
    }

    private mutating func perform(_ step: BackupScript.Step, now: () -> Timestamp) {
        switch step {
        case .wait(let gate): pause = .gate(gate)
        case .untilWatched: pause = watchers.isEmpty ? .unwatched : nil
        case .untilStopped: pause = .unstopped
        case .state(let state): move(to: state, now: now)
        case .progress(let value):
            if backup.state != .inProgress { move(to: .inProgress, now: now) }
            progress = value
            announce()
        case .breakUpdates(let error):
            finished.append(Finished(watchers: takeWatchers(), error: error))
        case .end(let end): self.end(end, now: now)
        }
    }

    mutating func requestStop() {
        guard backup.state != .stopRequested else { return }
        backup.state = .stopRequested
        announce()
    }

    mutating func end(_ end: BackupEnd, now: () -> Timestamp) {
        guard !backup.state.isFinal else { return }
        backup = .make(
            id: backup.id,
            configuration: backup.configuration.id,
            state: end.state,
            started: backup.startedTime ?? now(),
            ended: now(),
            errors: ErrorSummary(
                count: end.errors.isEmpty && end.state == .failed ? 1 : end.errors.count,
                reason: end.reason,
                diagnostics: end.diagnostics
            )
        )
        errorList.count = backup.errors.count
        errorList.reason = end.reason
        errorList.diagnostics = end.diagnostics
        errorList.list = end.errors
        progress = nil
        announce()
        finished.append(Finished(watchers: takeWatchers()))
    }

    mutating func add(_ watcher: Watcher, number: Int) {
        watcher.yield(BackupUpdate(backup: backup, progress: progress))
        if backup.state.isFinal {
            finished.append(Finished(watchers: [watcher]))
        } else {
            watchers[number] = watcher
        }
    }

    mutating func removeWatcher(_ number: Int) {
        watchers[number] = nil
    }

    mutating func takeFinished() -> [Finished] {
        defer { finished = [] }
        return finished
    }

    private mutating func move(to state: ActivityState, now: () -> Timestamp) {
        backup.state = state
        if state == .inProgress, backup.startedTime == nil { backup.startedTime = now() }
        announce()
    }

    private func announce() {
        for watcher in watchers.values { watcher.yield(BackupUpdate(backup: backup, progress: progress)) }
    }

    private mutating func takeWatchers() -> [Watcher] {
        defer { watchers = [:] }
        return Array(watchers.values)
    }
}
