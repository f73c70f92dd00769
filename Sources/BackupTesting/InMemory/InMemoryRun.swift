internal import BackupAPI

/// One backup, restore or cleanup of the in-memory service: its record, its script and those who watch it.
struct InMemoryRun<Record: InMemoryRecord> {
    /// One who gets the news; both functions are called in order.
    struct Watcher {
        let yield: @Sendable (Record, BackupProgress?) -> Void
        let finish: @Sendable (BackupError?) -> Void
    }

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
            for watcher in watchers { watcher.finish(error) }
        }
    }

    private(set) var record: Record
    private(set) var errorList: ErrorList
    private(set) var pause: Pause?
    /// The number of steps that were done; a gate that opens late is told apart by it.
    private(set) var position = 0
    let script: BackupScript
    private var progress: BackupProgress?
    private var watchers: [Int: Watcher] = [:]
    private var finished: [Finished] = []
    private var news: [InMemoryNews] = [InMemoryNews("start_request")]

    init(record: Record, script: BackupScript) {
        self.record = record
        self.script = script
        errorList = ErrorList(
            links: [Link(href: "/v2/\(Record.kind)s/\(record.id.rawValue)/errors", rel: "self")]
        )
    }

    /// Does the script's steps until it stands still or all is over.
    mutating func advance(now: () -> Timestamp) {
        pause = nil
        while pause == nil, !record.state.isFinal {
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
        case .waitFor(let makeGate): pause = .gate(makeGate())
        case .untilWatched: pause = watchers.isEmpty ? .unwatched : nil
        case .untilStopped: pause = .unstopped
        case .state(let state): move(to: state, now: now)
        case .progress(let value):
            if record.state != .inProgress { move(to: .inProgress, now: now) }
            progress = value
            announce(InMemoryNews("progress", value))
        case .breakUpdates(let error):
            finished.append(Finished(watchers: takeWatchers(), error: error))
        case .end(let end): self.end(end, now: now)
        }
    }

    mutating func requestStop() {
        guard record.state != .stopRequested else { return }
        record.state = .stopRequested
        announce(InMemoryNews("stop_request"))
    }

    mutating func end(_ end: BackupEnd, now: () -> Timestamp) {
        guard !record.state.isFinal else { return }
        let errors = ErrorSummary(
            count: end.errors.isEmpty && end.state == .failed ? 1 : end.errors.count,
            reason: end.reason,
            diagnostics: end.diagnostics
        )
        record = record.ended(end.state, from: record.startedTime ?? now(), to: now(), errors: errors)
        if let figures = end.figures { record.take(figures) }
        errorList.count = errors.count
        errorList.reason = end.reason
        errorList.diagnostics = end.diagnostics
        errorList.list = end.errors
        progress = nil
        announce(InMemoryNews(end.state == .completedWithErrors ? "completed" : end.state.rawValue))
        finished.append(Finished(watchers: takeWatchers()))
    }

    mutating func add(_ watcher: Watcher, number: Int) {
        watcher.yield(record, progress)
        if record.state.isFinal {
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

    /// What happened since the last call.
    mutating func takeNews() -> [InMemoryNews] {
        defer { news = [] }
        return news
    }

    private mutating func move(to state: ActivityState, now: () -> Timestamp) {
        guard state != Record.missingState else { return }
        record.state = state
        if state == .inProgress, record.startedTime == nil { record.startedTime = now() }
        announce(InMemoryNews(state.rawValue))
    }

    private mutating func announce(_ item: InMemoryNews) {
        news.append(item)
        for watcher in watchers.values { watcher.yield(record, progress) }
    }

    private mutating func takeWatchers() -> [Watcher] {
        defer { watchers = [:] }
        return Array(watchers.values)
    }
}
