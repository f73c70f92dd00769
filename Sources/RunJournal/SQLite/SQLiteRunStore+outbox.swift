internal import GRDB

extension SQLiteRunStore {
    /// Records a step that sends a message, and the message, in one commit.
    ///
    /// Throws what `record` throws, and `conflict` when a message has this key already or is another run's.
    public func send(_ message: OutboxMessage, recording step: StepRecord, for claim: RunClaim)
        async throws(JournalError)
    {
        try await write(preparing: { [values] in try step.storing(in: values) }) { database, step in
            try claim.check(step.key, in: database)
            guard message.run == claim.run else { throw JournalError.otherRunsMessage(message, claim) }
            try step.insert(into: database)
            do {
                try message.insert(into: database)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                throw JournalError.sentAlready(message)
            }
        }
    }

    /// At most `limit` messages that are due at `time` and not delivered yet, the oldest first.
    public func dueMessages(at time: Int64, limit: Int) async throws(JournalError) -> [OutboxMessage] {
        try await read { database in
            try database.rows(
                """
                SELECT \(OutboxMessage.columns) FROM outbox
                WHERE next_attempt IS NOT NULL AND next_attempt <= ? ORDER BY sent, position LIMIT ?
                """,
                [time, max(0, limit)],
                OutboxMessage.init(row:)
            )
        }
    }

    /// Records an attempt to deliver a message: `next` is when to try again, `nil` when it is done with, `error` why it
    /// failed. Nothing happens when there is no such message or it is done with already.
    public func noteDelivery(of key: String, at time: Int64, next: Int64?, error: String?)
        async throws(JournalError)
    {
        try await write { database in
            try database.run(
                """
                UPDATE outbox SET attempts = attempts + 1, last_attempt = ?, last_error = CAST(? AS TEXT), next_attempt = ?
                WHERE key = ? AND next_attempt IS NOT NULL
                """,
                [time, error?.bytes, next, key]
            )
        }
    }
}

extension OutboxMessage {
    fileprivate static let columns = "key, run, target, body, sent, attempts, last_error"

    fileprivate init(row: Row) {
        self.init(
            key: row[0],
            run: row[1],
            target: row[2],
            body: row[3],
            sent: row[4],
            attempts: row[5],
            lastError: row.optionalText(6)
        )
    }

    /// It is due at once.
    fileprivate func insert(into database: Database) throws {
        try database.run(
            "INSERT INTO outbox (\(Self.columns), next_attempt) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [key, run, target, body, sent, attempts, lastError, sent]
        )
    }
}
