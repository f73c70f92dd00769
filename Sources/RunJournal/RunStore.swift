/// The journal: what each run did, in order, kept through a crash of the host and of the machine.
///
/// A host that executes a run holds a **claim** on it, and whatever is written for the run names the claim. The claim is
/// good until another host takes the run: then every write under the old one throws `claim_lost` and changes nothing.
/// It is a claim on one run: a step or a message of another is a `conflict`, and a run that was never recorded an
/// `unknown_run`.
///
/// When a function that writes returns, what it wrote survives a crash of the host and of the machine; of `append`
/// and `renew` only the former is sure. A write takes place even if its task has been cancelled: what has happened must be
/// recorded. All functions throw `JournalError` and nothing else; each may throw `disk_full`, `locked`, `corrupted` and
/// `storage` beside the codes it names.
public protocol RunStore: Sendable {
    // MARK: Sources

    /// Keeps a source unless one with its SHA-256 is kept already; safe to repeat.
    func store(_ source: ScriptSource) async throws(JournalError)

    /// The source with this SHA-256. Throws `unknown_script`.
    func script(_ sha256: String) async throws(JournalError) -> ScriptSource

    /// Keeps a source that a run has required under the name `module`, so that it is resumed on it; safe to repeat.
    ///
    /// Throws `conflict` when the run has required another source under this name, and `claim_lost`.
    func keep(_ source: ScriptSource, as module: String, for claim: RunClaim) async throws(JournalError)

    /// The sources that a run has required, by the names under which it did.
    func modules(of run: RunRecord.ID) async throws(JournalError) -> [String: ScriptSource]

    // MARK: Runs

    /// Records that a run begins, and keeps its script's source, in one commit; whoever begins it holds the claim, whose
    /// fence is the record's.
    ///
    /// Throws `conflict` when the run's id is taken or `source` is not the run's script.
    func begin(_ run: RunRecord, source: ScriptSource) async throws(JournalError) -> RunClaim

    /// Takes a run that is not over from whoever executed it: it is `running`, with one more attempt and another fence.
    ///
    /// `seen` is the record by which the caller decided to take it; where the run has another fence by now, somebody
    /// else was faster. What was said about a parked run is gone, a request to cancel it is not. Throws `unknown_run`, and
    /// `conflict` for that and when the run is over.
    func take(_ seen: RunRecord, owner: RunOwner, leaseEnd: Int64) async throws(JournalError) -> RunClaim

    /// Records that a run goes on with another script, and keeps its source, in one commit.
    ///
    /// Throws `claim_lost`, and `conflict` when the run is over.
    func move(_ claim: RunClaim, to source: ScriptSource) async throws(JournalError)

    /// Moves the end of the claim's lease, in microseconds since 1970, and answers whether a cancellation is asked for.
    ///
    /// Throws `claim_lost`.
    func renew(_ claim: RunClaim, leaseEnd: Int64) async throws(JournalError) -> Bool

    /// Asks whoever executes a run to cancel it; a second request changes nothing.
    ///
    /// Throws `unknown_run`, and `conflict` when the run is over.
    func requestCancellation(of run: RunRecord.ID) async throws(JournalError)

    /// Records how a run ended, or that it is parked; the locks of a run that is over are free.
    ///
    /// Throws `claim_lost`, and `conflict` when the run is over already.
    func finish(_ claim: RunClaim, _ end: RunEnd) async throws(JournalError)

    /// At most `limit` runs, newest first; runs that began in the same microsecond in the reverse order of recording.
    func runs(limit: Int) async throws(JournalError) -> [RunRecord]

    /// All runs that are not over, the oldest first.
    func unfinishedRuns() async throws(JournalError) -> [RunRecord]

    /// The run with this id, or else the only one whose id begins so.
    ///
    /// Throws `unknown_run`, and `ambiguous_run` when several ids begin so.
    func run(_ idOrPrefix: String) async throws(JournalError) -> RunRecord

    // MARK: Steps

    /// Records one step in one commit: an intent before its effect, or at once a step that is done or failed.
    ///
    /// Throws `claim_lost`, and `conflict` when the step is recorded already or another step of its kind has its
    /// external reference.
    func record(_ step: StepRecord, for claim: RunClaim) async throws(JournalError)

    /// Records how the step that was recorded as an intent ended, `ended` in microseconds since 1970.
    ///
    /// Throws `claim_lost`, `unknown_step`, and `conflict` when the step has ended already or another step of its
    /// kind has its external reference.
    func end(_ step: StepKey, _ result: StepResult, ended: Int64, for claim: RunClaim)
        async throws(JournalError)

    /// Records many steps in one commit, all or none; meant for ticks, whose last ones a crash of the machine may take.
    /// Nothing happens when there are none.
    ///
    /// Throws what `record` throws.
    func append(_ steps: [StepRecord], for claim: RunClaim) async throws(JournalError)

    /// The steps of a run in the order in which they were recorded; empty if there are none or the run is unknown.
    func steps(of run: RunRecord.ID) async throws(JournalError) -> [StepRecord]

    /// One step; `nil` if it is not recorded.
    func step(_ key: StepKey) async throws(JournalError) -> StepRecord?

    // MARK: Questions

    /// Notes with an intent what a person has to decide about it, a JSON text, in place of an earlier question or
    /// decision.
    ///
    /// Throws `claim_lost`, `unknown_step`, and `conflict` when the step has ended already.
    func ask(_ question: String, about step: StepKey, for claim: RunClaim) async throws(JournalError)

    /// Answers the question about an intent of a parked run. The run stays parked until it is taken; a run that was given up
    /// is over and `failed`, with that as its outcome and the decision's message. In any case nobody asks any more.
    ///
    /// A step that asks a person (`StepKind.ask`) can be adopted too while its run is `running`, which finds the answer in
    /// the journal. Throws `unknown_step`, and `conflict` when the run is not parked, the step has ended, no question is
    /// asked about it, or another step of its kind has the adopted reference.
    func decide(_ step: StepKey, _ decision: StepDecision, at time: Int64) async throws(JournalError)

    /// Records that an intent is about to be performed once more, as a person decided: its watermark is `watermark` from now
    /// on, and the decision is used up, so that the next crash is a question again.
    ///
    /// Throws `claim_lost`, `unknown_step`, and `conflict` when the step has ended already.
    func beginAgain(_ step: StepKey, watermark: String?, for claim: RunClaim) async throws(JournalError)

    // MARK: Locks

    /// Takes a lock for a step of a run, or answers `false` when others have it: one that holds it `exclusive`, or, for
    /// an exclusive lock, anybody. A second request by the same step changes nothing.
    ///
    /// A run that is interrupted or parked keeps its locks. Throws `claim_lost`, and `conflict` when the run is over.
    func lock(_ name: String, _ mode: LockMode, by step: StepKey, at time: Int64, for claim: RunClaim)
        async throws(JournalError) -> Bool

    /// Frees a lock that a step holds; nothing happens when it does not. Throws `claim_lost`.
    func unlock(_ name: String, by step: StepKey, for claim: RunClaim) async throws(JournalError)

    /// Notes that a step waits for a lock without an end, until it has the lock, the run is over, or ``stopWaiting(_:for:)``;
    /// an earlier note of the step's gives way.
    ///
    /// Where the wait closes a circle it is not noted, and the circle is returned, with this wait first: each of its waits
    /// is for a lock that the next one keeps held, and the last one's is kept by this one. Throws `claim_lost`.
    func noteWait(_ wait: LockWait, for claim: RunClaim) async throws(JournalError) -> [LockWait]

    /// Notes that a step waits for a lock no more. Throws `claim_lost`.
    func stopWaiting(_ step: StepKey, for claim: RunClaim) async throws(JournalError)

    /// All locks that are held, by name and then in the order in which they were taken.
    func locks() async throws(JournalError) -> [LockRecord]

    // MARK: State of scripts

    /// A value that scripts keep, or `nil`.
    func state(_ key: StateKey) async throws(JournalError) -> StateEntry?

    /// The values of a namespace whose keys begin with `prefix`, in the order of their keys' UTF-8.
    func states(in namespace: String, prefix: String) async throws(JournalError) -> [StateEntry]

    /// Sets a value, or removes it with `nil`, and records the step that does so, in one commit: exactly once.
    ///
    /// With `expected`, only where the value is that one (`.some(nil)`: where there is none). The step is recorded as
    /// done; its output is the answer as JSON, `true` or `false`, but without `expected` its own if it has one.
    ///
    /// Throws what `record` throws.
    func setState(
        _ key: StateKey,
        to value: String?,
        expecting expected: String??,
        recording step: StepRecord,
        for claim: RunClaim
    ) async throws(JournalError) -> Bool

    // MARK: Outbox

    /// Records a step that sends a message, and the message, in one commit. It is due at once.
    ///
    /// Throws what `record` throws, and `conflict` when another message has its key.
    func send(_ message: OutboxMessage, recording step: StepRecord, for claim: RunClaim)
        async throws(JournalError)

    /// At most `limit` messages that are due at `time` and not delivered yet, the oldest first.
    func dueMessages(at time: Int64, limit: Int) async throws(JournalError) -> [OutboxMessage]

    /// Records an attempt to deliver a message: `next` is when to try again, `nil` when it is done with, `error` why it
    /// failed. Nothing happens when there is no such message or it is done with.
    func noteDelivery(of key: String, at time: Int64, next: Int64?, error: String?)
        async throws(JournalError)

    // MARK: Schedules

    /// Begins a run at a slot of a schedule, whose state and run are recorded in the same commit: however many hosts look
    /// after a schedule, one run begins.
    ///
    /// Throws what `begin` throws, and `conflict` when the slot is recorded already and not as `waiting`.
    func begin(_ run: RunRecord, source: ScriptSource, at slot: ScheduleSlot) async throws(JournalError)
        -> RunClaim

    /// Records what came of a slot at which nothing begins; answers `false`, and changes nothing, when the slot is recorded
    /// already. What is recorded as `waiting` takes any other state.
    func note(_ slot: ScheduleSlot) async throws(JournalError) -> Bool

    /// At most `limit` slots of a schedule, the latest first.
    func slots(of schedule: String, limit: Int) async throws(JournalError) -> [ScheduleSlot]

    // MARK: Events

    /// Records what happened to a run beside its steps, for people: resumed, parked, taken over. Throws `claim_lost`.
    func note(_ event: RunNote, for claim: RunClaim) async throws(JournalError)

    /// What happened to a run beside its steps, in the order of recording.
    func notes(of run: RunRecord.ID) async throws(JournalError) -> [RunNote]
}

extension RunStore {
    /// Looks through all steps of the run.
    public func step(_ key: StepKey) async throws(JournalError) -> StepRecord? {
        try await steps(of: key.run).first { $0.key == key }
    }
}
