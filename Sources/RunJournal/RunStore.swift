/// The journal: what each run did, in order, kept through a crash of the host and of the machine.
///
/// When a function that writes returns, what it wrote survives both. A write takes place even if its task has been
/// cancelled: what has happened must be recorded. All functions throw `JournalError` and nothing else; each may throw
/// `disk_full`, `locked`, `corrupted` and `storage` beside the codes it names.
public protocol RunStore: Sendable {
    /// Keeps a source unless one with its SHA-256 is kept already; safe to repeat.
    func store(_ source: ScriptSource) async throws(JournalError)

    /// The source with this SHA-256. Throws `unknown_script`.
    func script(_ sha256: String) async throws(JournalError) -> ScriptSource

    /// Records that a run begins, and keeps its script's source, in one commit.
    ///
    /// Throws `conflict` when the run's id is taken or `source` is not the run's script.
    func begin(_ run: RunRecord, source: ScriptSource) async throws(JournalError)

    /// Records how a run ended, or that it is parked.
    ///
    /// Throws `unknown_run`, and `conflict` when the run is over already.
    func finish(_ run: RunRecord.ID, _ end: RunEnd) async throws(JournalError)

    /// Records one step in one commit: an intent before its effect, or at once a step that is done or failed.
    ///
    /// Throws `unknown_run`, and `conflict` when the step is recorded already or another step of its kind has its
    /// external reference.
    func record(_ step: StepRecord) async throws(JournalError)

    /// Records how the step that was recorded as an intent ended, `ended` in microseconds since 1970.
    ///
    /// Throws `unknown_step`, and `conflict` when the step has ended already or another step of its kind has its
    /// external reference.
    func end(_ step: StepKey, _ result: StepResult, ended: Int64) async throws(JournalError)

    /// Records many steps in one commit, all or none; meant for ticks. Nothing happens when there are none.
    ///
    /// Throws what `record` throws.
    func append(_ steps: [StepRecord]) async throws(JournalError)

    /// At most `limit` runs, newest first; runs that began in the same microsecond in the reverse order of recording.
    func runs(limit: Int) async throws(JournalError) -> [RunRecord]

    /// The run with this id, or else the only one whose id begins so.
    ///
    /// Throws `unknown_run`, and `ambiguous_run` when several ids begin so.
    func run(_ idOrPrefix: String) async throws(JournalError) -> RunRecord

    /// The steps of a run in the order in which they were recorded; empty if there are none or the run is unknown.
    func steps(of run: RunRecord.ID) async throws(JournalError) -> [StepRecord]
}
