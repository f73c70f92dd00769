public import RunJournal

/// A journal that tells a test of each write before and after it happens, and can be made to fail or to end there.
public final class WatchedRunStore: RunStore {
    /// A write.
    public enum Write: Sendable {
        /// A run begins.
        case begin(RunRecord)
        /// A run is taken.
        case take(RunRecord)
        /// A lease is renewed.
        case renew(RunClaim)
        /// A run ends.
        case finish(RunClaim, RunEnd)
        /// A step is recorded.
        case record(StepRecord)
        /// A step ends.
        case end(StepKey, StepResult)
        /// Ticks are recorded.
        case append([StepRecord])
        /// A question is asked.
        case ask(StepKey)
        /// A lock is taken or freed.
        case lock(String)
        /// Anything else.
        case other
    }

    private let inner: any RunStore
    private let before: @Sendable (Write) async -> JournalError?
    private let after: @Sendable (Write) async -> JournalError?

    /// Watches a journal. A write for which `before` answers an error does not happen; one for which `after` does has
    /// happened, and its caller gets the error.
    public init(
        _ inner: any RunStore,
        before: @escaping @Sendable (Write) async -> JournalError? = { _ in nil },
        after: @escaping @Sendable (Write) async -> JournalError? = { _ in nil }
    ) {
        self.inner = inner
        self.before = before
        self.after = after
    }

    private func watch<Value>(
        _ write: Write,
        _ body: () async throws(JournalError) -> Value
    ) async throws(JournalError) -> Value {
        if let error = await before(write) { throw error }
        let value = try await body()
        if let error = await after(write) { throw error }
        return value
    }

    // MARK: Sources

    /// See ``RunStore``.
    public func store(_ source: ScriptSource) async throws(JournalError) {
        try await watch(.other) { () async throws(JournalError) in try await inner.store(source) }
    }

    /// See ``RunStore``.
    public func script(_ sha256: String) async throws(JournalError) -> ScriptSource {
        try await inner.script(sha256)
    }

    /// See ``RunStore``.
    public func keep(_ source: ScriptSource, as module: String, for claim: RunClaim)
        async throws(JournalError)
    {
        try await watch(.other) { () async throws(JournalError) in
            try await inner.keep(source, as: module, for: claim)
        }
    }

    /// See ``RunStore``.
    public func move(_ claim: RunClaim, to source: ScriptSource) async throws(JournalError) {
        try await watch(.other) { () async throws(JournalError) in try await inner.move(claim, to: source) }
    }

    /// See ``RunStore``.
    public func modules(of run: RunRecord.ID) async throws(JournalError) -> [String: ScriptSource] {
        try await inner.modules(of: run)
    }

    // MARK: Runs

    /// See ``RunStore``.
    public func begin(_ run: RunRecord, source: ScriptSource) async throws(JournalError) -> RunClaim {
        try await watch(.begin(run)) { () async throws(JournalError) in
            try await inner.begin(run, source: source)
        }
    }

    /// See ``RunStore``.
    public func take(_ seen: RunRecord, owner: RunOwner, leaseEnd: Int64)
        async throws(JournalError) -> RunClaim
    {
        try await watch(.take(seen)) { () async throws(JournalError) in
            try await inner.take(seen, owner: owner, leaseEnd: leaseEnd)
        }
    }

    /// See ``RunStore``.
    public func renew(_ claim: RunClaim, leaseEnd: Int64) async throws(JournalError) -> Bool {
        try await watch(.renew(claim)) { () async throws(JournalError) in
            try await inner.renew(claim, leaseEnd: leaseEnd)
        }
    }

    /// See ``RunStore``.
    public func requestCancellation(of run: RunRecord.ID) async throws(JournalError) {
        try await watch(.other) { () async throws(JournalError) in
            try await inner.requestCancellation(of: run)
        }
    }

    /// See ``RunStore``.
    public func finish(_ claim: RunClaim, _ end: RunEnd) async throws(JournalError) {
        try await watch(.finish(claim, end)) { () async throws(JournalError) in
            try await inner.finish(claim, end)
        }
    }

    /// See ``RunStore``.
    public func runs(limit: Int) async throws(JournalError) -> [RunRecord] {
        try await inner.runs(limit: limit)
    }

    /// See ``RunStore``.
    public func unfinishedRuns() async throws(JournalError) -> [RunRecord] {
        try await inner.unfinishedRuns()
    }

    /// See ``RunStore``.
    public func run(_ idOrPrefix: String) async throws(JournalError) -> RunRecord {
        try await inner.run(idOrPrefix)
    }

    // MARK: Steps

    /// See ``RunStore``.
    public func record(_ step: StepRecord, for claim: RunClaim) async throws(JournalError) {
        try await watch(.record(step)) { () async throws(JournalError) in
            try await inner.record(step, for: claim)
        }
    }

    /// See ``RunStore``.
    public func end(_ step: StepKey, _ result: StepResult, ended: Int64, for claim: RunClaim)
        async throws(JournalError)
    {
        try await watch(.end(step, result)) { () async throws(JournalError) in
            try await inner.end(step, result, ended: ended, for: claim)
        }
    }

    /// See ``RunStore``.
    public func append(_ steps: [StepRecord], for claim: RunClaim) async throws(JournalError) {
        try await watch(.append(steps)) { () async throws(JournalError) in
            try await inner.append(steps, for: claim)
        }
    }

    /// See ``RunStore``.
    public func steps(of run: RunRecord.ID) async throws(JournalError) -> [StepRecord] {
        try await inner.steps(of: run)
    }

    // MARK: Questions

    /// See ``RunStore``.
    public func ask(_ question: String, about step: StepKey, for claim: RunClaim)
        async throws(JournalError)
    {
        try await watch(.ask(step)) { () async throws(JournalError) in
            try await inner.ask(question, about: step, for: claim)
        }
    }

    /// See ``RunStore``.
    public func beginAgain(_ step: StepKey, watermark: String?, for claim: RunClaim)
        async throws(JournalError)
    {
        try await watch(.other) { () async throws(JournalError) in
            try await inner.beginAgain(step, watermark: watermark, for: claim)
        }
    }

    /// See ``RunStore``.
    public func decide(_ step: StepKey, _ decision: StepDecision, at time: Int64)
        async throws(JournalError)
    {
        try await watch(.other) { () async throws(JournalError) in
            try await inner.decide(step, decision, at: time)
        }
    }

    // MARK: Locks

    /// See ``RunStore``.
    public func lock(_ name: String, _ mode: LockMode, by step: StepKey, at time: Int64, for claim: RunClaim)
        async throws(JournalError) -> Bool
    {
        try await watch(.lock(name)) { () async throws(JournalError) in
            try await inner.lock(name, mode, by: step, at: time, for: claim)
        }
    }

    /// See ``RunStore``.
    public func unlock(_ name: String, by step: StepKey, for claim: RunClaim) async throws(JournalError) {
        try await watch(.lock(name)) { () async throws(JournalError) in
            try await inner.unlock(name, by: step, for: claim)
        }
    }

    /// See ``RunStore``.
    public func noteWait(_ wait: LockWait, for claim: RunClaim) async throws(JournalError) -> [LockWait] {
        try await watch(.other) { () async throws(JournalError) in
            try await inner.noteWait(wait, for: claim)
        }
    }

    /// See ``RunStore``.
    public func stopWaiting(_ step: StepKey, for claim: RunClaim) async throws(JournalError) {
        try await watch(.other) { () async throws(JournalError) in
            try await inner.stopWaiting(step, for: claim)
        }
    }

    /// See ``RunStore``.
    public func locks() async throws(JournalError) -> [LockRecord] {
        try await inner.locks()
    }

    // MARK: State, outbox, notes

    /// See ``RunStore``.
    public func state(_ key: StateKey) async throws(JournalError) -> StateEntry? {
        try await inner.state(key)
    }

    /// See ``RunStore``.
    public func states(in namespace: String, prefix: String) async throws(JournalError) -> [StateEntry] {
        try await inner.states(in: namespace, prefix: prefix)
    }

    /// See ``RunStore``.
    public func setState(
        _ key: StateKey,
        to value: String?,
        expecting expected: String??,
        recording step: StepRecord,
        for claim: RunClaim
    ) async throws(JournalError) -> Bool {
        try await watch(.record(step)) { () async throws(JournalError) in
            try await inner.setState(key, to: value, expecting: expected, recording: step, for: claim)
        }
    }

    /// See ``RunStore``.
    public func send(_ message: OutboxMessage, recording step: StepRecord, for claim: RunClaim)
        async throws(JournalError)
    {
        try await watch(.record(step)) { () async throws(JournalError) in
            try await inner.send(message, recording: step, for: claim)
        }
    }

    /// See ``RunStore``.
    public func dueMessages(at time: Int64, limit: Int) async throws(JournalError) -> [OutboxMessage] {
        try await inner.dueMessages(at: time, limit: limit)
    }

    /// See ``RunStore``.
    public func noteDelivery(of key: String, at time: Int64, next: Int64?, error: String?)
        async throws(JournalError)
    {
        try await watch(.other) { () async throws(JournalError) in
            try await inner.noteDelivery(of: key, at: time, next: next, error: error)
        }
    }

    /// See ``RunStore``.
    public func begin(_ run: RunRecord, source: ScriptSource, at slot: ScheduleSlot)
        async throws(JournalError) -> RunClaim
    {
        try await watch(.begin(run)) { () async throws(JournalError) in
            try await inner.begin(run, source: source, at: slot)
        }
    }

    /// See ``RunStore``.
    public func note(_ slot: ScheduleSlot) async throws(JournalError) -> Bool {
        try await watch(.other) { () async throws(JournalError) in try await inner.note(slot) }
    }

    /// See ``RunStore``.
    public func slots(of schedule: String, limit: Int) async throws(JournalError) -> [ScheduleSlot] {
        try await inner.slots(of: schedule, limit: limit)
    }

    /// See ``RunStore``.
    public func note(_ event: RunNote, for claim: RunClaim) async throws(JournalError) {
        try await watch(.other) { () async throws(JournalError) in try await inner.note(event, for: claim) }
    }

    /// See ``RunStore``.
    public func notes(of run: RunRecord.ID) async throws(JournalError) -> [RunNote] {
        try await inner.notes(of: run)
    }
}
