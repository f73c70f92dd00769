internal import RunJournal

/// What an `InMemoryRunStore` keeps.
struct JournalContent: Sendable {
    struct Reference: Hashable {
        var kind: StepKind
        var text: String
    }

    struct Message {
        var message: OutboxMessage
        /// `nil` when it is done with.
        var next: Int64?
    }

    struct Lock {
        var name: String
        var mode: LockMode
        var step: StepKey
        var since: Int64
    }

    /// A text by its bytes: Swift takes some for equal that are not.
    struct Text: Hashable, Comparable {
        var bytes: [UInt8]

        init(_ text: String) { bytes = Array(text.utf8) }

        static func < (one: Text, other: Text) -> Bool { one.bytes.lexicographicallyPrecedes(other.bytes) }
    }

    var sources: [String: ScriptSource] = [:]
    var modules: [String: [String: String]] = [:]
    private(set) var runs: [RunRecord] = []
    private(set) var steps: [StepRecord] = []
    var locks: [Lock] = []
    var waits: [LockWait] = []
    var states: [Text: [Text: StateEntry]] = [:]
    var messages: [Message] = []
    var notes: [String: [RunNote]] = [:]
    /// By the names of schedules and the moments at which they were due.
    var slots: [String: [Int64: ScheduleSlot]] = [:]

    private var runIndexes: [String: Int] = [:]
    private var stepIndexes: [StepKey: Int] = [:]
    private var owners: [Reference: StepKey] = [:]

    mutating func keep(_ source: ScriptSource) {
        if sources[source.sha256] == nil { sources[source.sha256] = source }
    }

    // MARK: Runs

    func isKnown(_ run: String) -> Bool { runIndexes[run] != nil }

    mutating func insert(_ run: RunRecord) {
        runIndexes[run.id] = runs.count
        runs.append(run)
    }

    func run(_ id: String) throws(JournalError) -> RunRecord {
        guard let index = runIndexes[id] else { throw .unknownRun(id) }
        return runs[index]
    }

    func openRun(_ id: String) throws(JournalError) -> RunRecord {
        let run = try run(id)
        guard !run.status.isOver else { throw .alreadyOver(id, status: run.status) }
        return run
    }

    mutating func update(_ run: RunRecord) {
        if let index = runIndexes[run.id] { runs[index] = run }
    }

    mutating func end(_ run: RunRecord, _ end: RunEnd) {
        var run = run
        (run.status, run.outcome, run.message) = (end.status, end.outcome, end.message)
        run.ended = end.status.isOver ? end.ended : nil
        update(run)
        guard end.status.isOver else { return }
        locks.removeAll { $0.step.run == run.id }
        waits.removeAll { $0.step.run == run.id }
    }

    @discardableResult
    func check(_ claim: RunClaim) throws(JournalError) -> RunRecord {
        let run = try run(claim.run)
        guard run.fence == claim.fence else { throw .claimLost(claim) }
        return run
    }

    func check(_ claim: RunClaim, _ step: StepKey) throws(JournalError) {
        try check(claim)
        guard step.run == claim.run else { throw .otherRunsStep(step, claim) }
    }

    /// The locks by name, then in the order in which they were taken.
    func lockRecords() throws(JournalError) -> [LockRecord] {
        var records: [LockRecord] = []
        for lock in locks {
            let status = try run(lock.step.run).status
            records.append(
                LockRecord(
                    name: lock.name,
                    mode: lock.mode,
                    step: lock.step,
                    runStatus: status,
                    since: lock.since
                )
            )
        }
        return records.stablySorted { Text($0.name) < Text($1.name) }
    }

    // MARK: Steps

    func intent(_ key: StepKey) throws(JournalError) -> StepRecord {
        guard let index = stepIndexes[key] else { throw .unknownStep(key) }
        guard steps[index].state == .intent else { throw .alreadyEnded(key, state: steps[index].state) }
        return steps[index]
    }

    func checkNew(_ step: StepRecord) throws(JournalError) {
        guard stepIndexes[step.key] == nil else { throw .recordedAlready(step.key) }
        try checkReference(of: step)
    }

    func checkReference(of step: StepRecord) throws(JournalError) {
        guard let text = step.externalReference,
            let owner = owners[Reference(kind: step.kind, text: text)], owner != step.key
        else { return }
        throw .referenceTaken(text, kind: step.kind, owner: owner, by: step.key)
    }

    mutating func insert(_ step: StepRecord) {
        stepIndexes[step.key] = steps.count
        steps.append(step)
        update(step)
    }

    mutating func update(_ step: StepRecord) {
        guard let index = stepIndexes[step.key] else { return }
        steps[index] = step
        if let text = step.externalReference { owners[Reference(kind: step.kind, text: text)] = step.key }
    }
}

extension StepRecord {
    func ended(_ result: StepResult, at time: Int64) -> StepRecord {
        var step = self
        step.ended = time
        switch result {
        case .done(let output, let externalReference):
            (step.state, step.output) = (.done, output)
            step.externalReference = externalReference ?? step.externalReference
        case .failed(let error):
            (step.state, step.error) = (.failed, error)
        }
        return step
    }
}
