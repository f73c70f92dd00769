internal import Storage

extension RunStore {
    /// Records that a run begins, and keeps its script's source, in one commit; whoever begins it holds the claim, whose
    /// fence is the record's.
    ///
    /// Throws `conflict` when the run's id is taken or `source` is not the run's script.
    public func begin(_ run: RunRecord, source: ScriptSource) async throws(JournalError) -> RunClaim {
        guard source.sha256 == run.scriptSHA256 else { throw .otherScript(source, run: run) }
        return try await write(.begin(run)) { try run.begin(source, $0) }
    }

    /// Takes a run that is not over from whoever executed it: it is `running`, with one more attempt and another fence.
    ///
    /// `seen` is the record by which the caller decided to take it; where the run has another fence by now, somebody
    /// else was faster. What was said about a parked run is gone, a request to cancel it is not. Throws `unknown_run`, and
    /// `conflict` for that and when the run is over.
    public func take(_ seen: RunRecord, owner: RunOwner, leaseEnd: Int64) async throws(JournalError)
        -> RunClaim
    {
        try await write(.take(seen)) { transaction in
            let standing = try RunStanding(of: seen.id, isChanged: true, transaction)
            try standing.expectOpen(seen.id)
            guard standing.fence == seen.fence else { throw JournalError.takenAlready(seen.id) }
            try transaction.execute(
                """
                UPDATE run SET status = $1, outcome = NULL, message = NULL, ended = NULL, attempt = attempt + 1,
                    fence = fence + 1, lease_end = $2, owner_process_id = $3, owner_process_start = $4, owner_boot_id = $5
                WHERE id = $6
                """,
                [
                    RunStatus.running, leaseEnd, owner.processID, owner.processStartTime, owner.bootID,
                    seen.id,
                ]
            )
            return RunClaim(run: seen.id, fence: standing.fence + 1)
        }
    }

    /// Records that a run goes on with another script, and keeps its source, in one commit.
    ///
    /// Throws `claim_lost`, and `conflict` when the run is over.
    public func move(_ claim: RunClaim, to source: ScriptSource) async throws(JournalError) {
        try await write { transaction in
            try claim.check(isChanged: true, transaction).expectOpen(claim.run)
            try source.insertIfNew(transaction)
            try transaction.execute(
                "UPDATE run SET script_name = $1, script_sha256 = $2 WHERE id = $3",
                [source.name, source.sha256, claim.run]
            )
        }
    }

    /// Moves the end of the claim's lease, in microseconds since 1970, and returns whether a cancellation is asked for.
    ///
    /// Throws `claim_lost`.
    public func renew(_ claim: RunClaim, leaseEnd: Int64) async throws(JournalError) -> Bool {
        try await write(.renew(claim), surviving: .crashOfTheHost) { transaction in
            try claim.check(isChanged: true, transaction)
            try transaction.execute("UPDATE run SET lease_end = $1 WHERE id = $2", [leaseEnd, claim.run])
            return try transaction.exists(
                "SELECT 1 FROM run WHERE id = $1 AND cancel_requested = 1",
                [claim.run]
            )
        }
    }

    /// Asks whoever executes a run to cancel it; a second request changes nothing.
    ///
    /// Throws `unknown_run`, and `conflict` when the run is over.
    public func requestCancellation(of run: RunRecord.ID) async throws(JournalError) {
        try await write { transaction in
            try RunStanding(of: run, isChanged: true, transaction).expectOpen(run)
            try transaction.execute(
                "UPDATE run SET cancel_requested = 1 WHERE id = $1 AND cancel_requested = 0",
                [run]
            )
        }
    }

    /// Records how a run ended, or that it is parked; the locks of a run that is over are free.
    ///
    /// Throws `claim_lost`, and `conflict` when the run is over already.
    public func finish(_ claim: RunClaim, _ end: RunEnd) async throws(JournalError) {
        try await write(.finish(claim, end)) { transaction in
            try claim.check(isChanged: true, transaction).expectOpen(claim.run)
            try RunRecord.end(claim.run, end, transaction)
        }
    }

    /// At most `limit` runs, newest first; runs that began in the same microsecond in the reverse order of recording.
    public func runs(limit: Int) async throws(JournalError) -> [RunRecord] {
        try await read { transaction in
            try transaction.rows(
                "SELECT \(RunRecord.columns) FROM run ORDER BY started DESC, position DESC LIMIT $1",
                [max(0, limit)],
                RunRecord.init(row:)
            )
        }
    }

    /// All runs that are not over, the oldest first.
    public func unfinishedRuns() async throws(JournalError) -> [RunRecord] {
        try await read { transaction in
            try transaction.rows(
                "SELECT \(RunRecord.columns) FROM run WHERE ended IS NULL ORDER BY started, position",
                [],
                RunRecord.init(row:)
            ).filter { !$0.status.isOver }
        }
    }

    /// The run with this id, or else the only one whose id begins so.
    ///
    /// Throws `unknown_run`, and `ambiguous_run` when several ids begin so.
    public func run(_ idOrPrefix: String) async throws(JournalError) -> RunRecord {
        guard !idOrPrefix.isEmpty else { throw .unknownRun(idOrPrefix) }
        // In the order of their ids, so that an id comes before those that it begins.
        let found = try await read { transaction in
            try transaction.rows(
                "SELECT \(RunRecord.columns) FROM run WHERE id >= $1 AND id < $2 ORDER BY id LIMIT 5",
                [idOrPrefix, idOrPrefix + "\u{10FFFF}"],
                RunRecord.init(row:)
            )
        }
        if let run = found.first(where: { $0.id == idOrPrefix }) { return run }
        guard found.count < 2 else { throw .ambiguousRun(idOrPrefix, ids: found.map(\.id)) }
        guard let run = found.first else { throw .unknownRun(idOrPrefix) }
        return run
    }

    // MARK: Sources

    /// Keeps a source unless one with its SHA-256 is kept already; safe to repeat.
    public func store(_ source: ScriptSource) async throws(JournalError) {
        try await write { try source.insertIfNew($0) }
    }

    /// The source with this SHA-256. Throws `unknown_script`.
    public func script(_ sha256: String) async throws(JournalError) -> ScriptSource {
        let source = try await read { transaction in
            try transaction.first(
                "SELECT \(ScriptSource.columns) FROM script WHERE sha256 = $1",
                [sha256],
                ScriptSource.init(row:)
            )
        }
        guard let source else { throw .unknownScript(sha256) }
        return source
    }

    /// Keeps a source that a run has required under the name `module`, so that it is resumed on it; safe to repeat.
    ///
    /// Throws `conflict` when the run has required another source under this name, and `claim_lost`.
    public func keep(_ source: ScriptSource, as module: String, for claim: RunClaim)
        async throws(JournalError)
    {
        try await write { transaction in
            try claim.check(transaction)
            try source.insertIfNew(transaction)
            let count = try transaction.execute(
                "INSERT INTO run_module (run, module, sha256) VALUES ($1, $2, $3) ON CONFLICT (run, module) DO NOTHING",
                [claim.run, module, source.sha256]
            )
            guard count == 0 else { return }
            let kept = try transaction.first(
                "SELECT sha256 FROM run_module WHERE run = $1 AND module = $2",
                [claim.run, module]
            ) { try $0.next() as String }
            guard let kept, kept != source.sha256 else { return }
            throw JournalError.otherModule(module, run: claim.run, kept: kept, given: source.sha256)
        }
    }

    /// The sources that a run has required, by the names under which it did.
    public func modules(of run: RunRecord.ID) async throws(JournalError) -> [String: ScriptSource] {
        let pairs = try await read { transaction in
            try transaction.rows(
                "SELECT module, \(ScriptSource.columns) FROM run_module JOIN script USING (sha256) WHERE run = $1",
                [run]
            ) { row in (try row.next() as String, try ScriptSource(row: &row)) }
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
