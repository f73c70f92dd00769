internal import Storage

/// How a test looks on, or ends a host at a write.
extension RunStore {
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

    struct Watch: Sendable {
        var before: @Sendable (Write) async -> JournalError?
        var after: @Sendable (Write) async -> JournalError?
    }

    /// The same journal, for who is watched. A write for which `before` returns an error does not happen; one for which
    /// `after` does has happened, and its caller gets the error.
    public func watched(
        before: @escaping @Sendable (Write) async -> JournalError? = { _ in nil },
        after: @escaping @Sendable (Write) async -> JournalError? = { _ in nil }
    ) -> RunStore {
        var store = self
        store.watch = Watch(before: before, after: after)
        return store
    }

    /// The runs in the order of their beginning, read on the caller's thread.
    package var allRuns: [RunRecord] {
        get throws(JournalError) {
            try readNow { transaction in
                try transaction.rows(
                    "SELECT \(RunRecord.columns) FROM run ORDER BY position",
                    [],
                    RunRecord.init(row:)
                )
            }
        }
    }

    /// The steps of all runs in the order in which they were recorded, read on the caller's thread.
    package var allSteps: [StepRecord] {
        get throws(JournalError) {
            try readNow { transaction in
                try transaction.rows("SELECT \(StepRecord.columns) FROM step ORDER BY position") { row in
                    try StepRecord(row: &row).loading(from: values)
                }
            }
        }
    }

    /// The messages that runs have sent in the order of sending, read on the caller's thread.
    package var allMessages: [OutboxMessage] {
        get throws(JournalError) {
            try readNow { transaction in
                try transaction.rows(
                    "SELECT \(OutboxMessage.columns) FROM outbox ORDER BY position",
                    [],
                    OutboxMessage.init(row:)
                )
            }
        }
    }
}
