public import RunJournal
internal import Synchronization

/// A journal in memory that keeps the contract, and that can be told to fail.
public final class InMemoryRunStore: RunStore {
    /// A write, as it is about to happen.
    public enum Write: Sendable {
        /// A source is kept, for a run or for none.
        case keep(ScriptSource)
        /// A run begins.
        case begin(RunRecord)
        /// A run is taken.
        case take(RunRecord)
        /// What came of a slot of a schedule is recorded.
        case noteSlot(ScheduleSlot)
        /// A lease is moved.
        case renew(RunClaim)
        /// A cancellation is asked for.
        case requestCancellation(RunRecord.ID)
        /// A run ends or is parked.
        case finish(RunEnd)
        /// A step is recorded, alone or in a batch, with a value or with a message.
        case record(StepRecord)
        /// A step ends.
        case end(StepKey)
        /// A question is asked.
        case ask(StepKey)
        /// An intent is about to be performed once more.
        case beginAgain(StepKey)
        /// A question is answered.
        case decide(StepKey, StepDecision)
        /// A lock is taken.
        case lock(String, StepKey)
        /// A lock is freed.
        case unlock(String, StepKey)
        /// A wait for a lock is noted, or is over.
        case wait(StepKey)
        /// An attempt to deliver a message is recorded.
        case noteDelivery(String)
        /// An event is noted.
        case note(RunNote)
    }

    private let content = Mutex(JournalContent())
    private let failure: @Sendable (Write) -> JournalError?

    /// Makes an empty journal; a write for which `failure` answers an error does not happen.
    public init(failure: @escaping @Sendable (Write) -> JournalError? = { _ in nil }) {
        self.failure = failure
    }

    /// What a store throws whose disk is full.
    public static let diskFull = JournalError(.diskFull, "the disk is full", fix: "Free some space.")

    /// The runs in the order of their beginning.
    public var allRuns: [RunRecord] { content.withLock { $0.runs } }

    /// The steps of all runs, in the order in which they were recorded.
    public var allSteps: [StepRecord] { content.withLock { $0.steps } }

    /// The steps as `kind name state`.
    public var stepLines: [String] { allSteps.map { "\($0.kind) \($0.name) \($0.state.rawValue)" } }

    /// The messages that runs have sent, in the order of sending.
    public var allMessages: [OutboxMessage] { content.withLock { $0.messages.map(\.message) } }

    func read<Value: Sendable>(_ work: (JournalContent) throws(JournalError) -> Value)
        throws(JournalError) -> Value
    {
        let result = content.withLock { content in
            Result { () throws(JournalError) in try work(content) }
        }
        return try result.get()
    }

    /// Does `work`, which throws before it changes anything.
    func write<Value: Sendable>(
        _ writes: Write...,
        work: (inout JournalContent) throws(JournalError) -> Value
    ) throws(JournalError) -> Value {
        try write(writes, work: work)
    }

    func write<Value: Sendable>(
        _ writes: [Write],
        work: (inout JournalContent) throws(JournalError) -> Value
    ) throws(JournalError) -> Value {
        for write in writes { if let error = failure(write) { throw error } }
        let result = content.withLock { content in
            Result { () throws(JournalError) in try work(&content) }
        }
        return try result.get()
    }
}
