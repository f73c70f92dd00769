internal import Storage

extension RunStore {
    /// Records a step that sends a message, and the message, in one commit. It is due at once.
    ///
    /// Throws what `record` throws, and `conflict` when another message has its key or it is another run's.
    public func send(_ message: OutboxMessage, recording step: StepRecord, for claim: RunClaim)
        async throws(JournalError)
    {
        try await write(.record(step), preparing: { [values] in try step.storing(in: values) }) {
            transaction,
            step in
            try claim.check(step.key, transaction)
            guard message.run == claim.run else { throw JournalError.otherRunsMessage(message, claim) }
            try step.insert(transaction)
            try message.insert(transaction)
        }
    }

    /// At most `limit` messages that are due at `time` and not delivered yet, the oldest first.
    public func dueMessages(at time: Int64, limit: Int) async throws(JournalError) -> [OutboxMessage] {
        try await read { transaction in
            try transaction.rows(
                """
                SELECT \(OutboxMessage.columns) FROM outbox
                WHERE next_attempt IS NOT NULL AND next_attempt <= $1 ORDER BY sent, position LIMIT $2
                """,
                [time, max(0, limit)],
                OutboxMessage.init(row:)
            )
        }
    }

    /// Records an attempt to deliver a message: `next` is when to try again, `nil` when it is done with, `error` why it
    /// failed. Nothing happens when there is no such message or it is done with.
    public func noteDelivery(of key: String, at time: Int64, next: Int64?, error: String?)
        async throws(JournalError)
    {
        try await write { transaction in
            _ = try transaction.execute(
                """
                UPDATE outbox SET attempts = attempts + 1, last_attempt = $1, last_error = $2, next_attempt = $3
                WHERE key = $4 AND next_attempt IS NOT NULL
                """,
                [time, error, next, key]
            )
        }
    }

    // MARK: Notes

    /// Records what happened to a run beside its steps, for people: resumed, parked, taken over. Throws `claim_lost`.
    public func note(_ event: RunNote, for claim: RunClaim) async throws(JournalError) {
        try await write { transaction in
            try claim.check(transaction)
            try transaction.execute(
                "INSERT INTO note (run, time, kind, message) VALUES ($1, $2, $3, $4)",
                [claim.run, event.time, event.kind, event.message]
            )
        }
    }

    /// What happened to a run beside its steps, in the order of recording.
    public func notes(of run: RunRecord.ID) async throws(JournalError) -> [RunNote] {
        try await read { transaction in
            try transaction.rows(
                "SELECT time, kind, message FROM note WHERE run = $1 ORDER BY position",
                [run]
            ) { row in RunNote(time: try row.next(), kind: try row.next(), message: try row.next()) }
        }
    }
}

extension OutboxMessage {
    static let columns = "key, run, target, body, sent, attempts, last_error"

    init(row: inout Row) throws {
        self.init(
            key: try row.next(),
            run: try row.next(),
            target: try row.next(),
            body: try row.next(),
            sent: try row.next(),
            attempts: try row.next(),
            lastError: try row.next()
        )
    }

    /// It is due at once. Throws `conflict` when another message has its key.
    fileprivate func insert(_ transaction: Transaction) throws {
        let count = try transaction.execute(
            """
            INSERT INTO outbox (\(Self.columns), next_attempt) VALUES ($1, $2, $3, $4, $5, $6, $7, $5)
            ON CONFLICT (key) DO NOTHING
            """,
            [key, run, target, body, sent, attempts, lastError]
        )
        guard count > 0 else { throw JournalError.sentAlready(self) }
    }
}
