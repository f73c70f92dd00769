import RunJournal

/// The journal of a host that only loads files: nothing is ever recorded.
struct UntouchedJournal: RunStore {
    private var untouched: JournalError { JournalError(.storage, "nothing is recorded here") }

    func store(_ source: ScriptSource) async throws(JournalError) { throw untouched }
    func script(_ sha256: String) async throws(JournalError) -> ScriptSource { throw untouched }
    func keep(_ source: ScriptSource, as module: String, for claim: RunClaim) async throws(JournalError) {
        throw untouched
    }
    func move(_ claim: RunClaim, to source: ScriptSource) async throws(JournalError) { throw untouched }
    func modules(of run: RunRecord.ID) async throws(JournalError) -> [String: ScriptSource] {
        throw untouched
    }
    func begin(_ run: RunRecord, source: ScriptSource) async throws(JournalError) -> RunClaim {
        throw untouched
    }
    func take(_ seen: RunRecord, owner: RunOwner, leaseEnd: Int64) async throws(JournalError) -> RunClaim {
        throw untouched
    }
    func renew(_ claim: RunClaim, leaseEnd: Int64) async throws(JournalError) -> Bool { throw untouched }
    func requestCancellation(of run: RunRecord.ID) async throws(JournalError) { throw untouched }
    func finish(_ claim: RunClaim, _ end: RunEnd) async throws(JournalError) { throw untouched }
    func runs(limit: Int) async throws(JournalError) -> [RunRecord] { throw untouched }
    func unfinishedRuns() async throws(JournalError) -> [RunRecord] { throw untouched }
    func run(_ idOrPrefix: String) async throws(JournalError) -> RunRecord { throw untouched }
    func record(_ step: StepRecord, for claim: RunClaim) async throws(JournalError) { throw untouched }
    func end(_ step: StepKey, _ result: StepResult, ended: Int64, for claim: RunClaim)
        async throws(JournalError)
    { throw untouched }
    func append(_ steps: [StepRecord], for claim: RunClaim) async throws(JournalError) { throw untouched }
    func steps(of run: RunRecord.ID) async throws(JournalError) -> [StepRecord] { throw untouched }
    func ask(_ question: String, about step: StepKey, for claim: RunClaim) async throws(JournalError) {
        throw untouched
    }
    func decide(_ step: StepKey, _ decision: StepDecision, at time: Int64) async throws(JournalError) {
        throw untouched
    }
    func beginAgain(_ step: StepKey, watermark: String?, for claim: RunClaim) async throws(JournalError) {
        throw untouched
    }
    func lock(_ name: String, _ mode: LockMode, by step: StepKey, at time: Int64, for claim: RunClaim)
        async throws(JournalError) -> Bool
    { throw untouched }
    func unlock(_ name: String, by step: StepKey, for claim: RunClaim) async throws(JournalError) {
        throw untouched
    }
    func noteWait(_ wait: LockWait, for claim: RunClaim) async throws(JournalError) -> [LockWait] {
        throw untouched
    }
    func stopWaiting(_ step: StepKey, for claim: RunClaim) async throws(JournalError) { throw untouched }
    func locks() async throws(JournalError) -> [LockRecord] { throw untouched }
    func state(_ key: StateKey) async throws(JournalError) -> StateEntry? { throw untouched }
    func states(in namespace: String, prefix: String) async throws(JournalError) -> [StateEntry] {
        throw untouched
    }
    func setState(
        _ key: StateKey,
        to value: String?,
        expecting expected: String??,
        recording step: StepRecord,
        for claim: RunClaim
    ) async throws(JournalError) -> Bool { throw untouched }
    func send(_ message: OutboxMessage, recording step: StepRecord, for claim: RunClaim)
        async throws(JournalError)
    { throw untouched }
    func dueMessages(at time: Int64, limit: Int) async throws(JournalError) -> [OutboxMessage] {
        throw untouched
    }
    func noteDelivery(of key: String, at time: Int64, next: Int64?, error: String?) async throws(JournalError)
    { throw untouched }
    func begin(_ run: RunRecord, source: ScriptSource, at slot: ScheduleSlot) async throws(JournalError)
        -> RunClaim
    { throw untouched }
    func note(_ slot: ScheduleSlot) async throws(JournalError) -> Bool { throw untouched }
    func slots(of schedule: String, limit: Int) async throws(JournalError) -> [ScheduleSlot] {
        throw untouched
    }
    func note(_ event: RunNote, for claim: RunClaim) async throws(JournalError) { throw untouched }
    func notes(of run: RunRecord.ID) async throws(JournalError) -> [RunNote] { throw untouched }
}
