internal import GRDB

extension SQLiteRunStore {
    /// Records what happened to a run beside its steps, for people: resumed, parked, taken over.
    ///
    /// Throws `unknown_run` and `claim_lost`.
    public func note(_ event: RunNote, for claim: RunClaim) async throws(JournalError) {
        try await write { database in
            try claim.check(in: database)
            try database.run(
                "INSERT INTO note (run, time, kind, message) VALUES (?, ?, ?, CAST(? AS TEXT))",
                [claim.run, event.time, event.kind, event.message.bytes]
            )
        }
    }

    /// What happened to a run beside its steps, in the order of recording.
    public func notes(of run: RunRecord.ID) async throws(JournalError) -> [RunNote] {
        try await read { database in
            try database.rows("SELECT time, kind, message FROM note WHERE run = ? ORDER BY position", [run]) {
                RunNote(time: $0[0], kind: $0[1], message: $0.text(2))
            }
        }
    }
}
