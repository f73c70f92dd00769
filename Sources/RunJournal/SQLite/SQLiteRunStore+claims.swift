internal import GRDB

extension SQLiteRunStore {
    /// Takes a run that is not over from whoever executed it: it is `running`, with one more attempt and another fence.
    ///
    /// Throws `unknown_run`, and `conflict` when the run is over or has another fence than `seen`.
    public func take(_ seen: RunRecord, owner: RunOwner, leaseEnd: Int64) async throws(JournalError)
        -> RunClaim
    {
        try await write { database in
            let standing = try RunStanding(of: seen.id, in: database)
            try standing.expectOpen(seen.id)
            guard standing.fence == seen.fence else { throw JournalError.takenAlready(seen.id) }
            try database.run(
                """
                UPDATE run SET status = ?, outcome = NULL, message = NULL, ended = NULL, attempt = attempt + 1,
                    fence = fence + 1, lease_end = ?, owner_process_id = ?, owner_process_start = ?, owner_boot_id = ?
                WHERE id = ?
                """,
                [
                    RunStatus.running.rawValue, leaseEnd, owner.processID, owner.processStartTime,
                    owner.bootID, seen.id,
                ]
            )
            return RunClaim(run: seen.id, fence: standing.fence + 1)
        }
    }

    /// Moves the end of the claim's lease, in microseconds since 1970, and answers whether a cancellation is asked for.
    ///
    /// Throws `unknown_run` and `claim_lost`.
    public func renew(_ claim: RunClaim, leaseEnd: Int64) async throws(JournalError) -> Bool {
        try await write(surviving: .crashOfTheHost) { database in
            try claim.check(in: database)
            try database.run("UPDATE run SET lease_end = ? WHERE id = ?", [leaseEnd, claim.run])
            return try database.exists("SELECT 1 FROM run WHERE id = ? AND cancel_requested", [claim.run])
        }
    }

    /// Asks whoever executes a run to cancel it; a second request changes nothing.
    ///
    /// Throws `unknown_run`, and `conflict` when the run is over.
    public func requestCancellation(of run: RunRecord.ID) async throws(JournalError) {
        try await write { database in
            try RunStanding(of: run, in: database).expectOpen(run)
            try database.run(
                "UPDATE run SET cancel_requested = 1 WHERE id = ? AND cancel_requested = 0",
                [run]
            )
        }
    }
}
