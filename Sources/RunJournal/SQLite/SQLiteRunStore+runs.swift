internal import GRDB

extension SQLiteRunStore {
    /// Records that a run begins, and keeps its script's source, in one commit; whoever begins it holds the claim, whose
    /// fence is the record's.
    ///
    /// Throws `conflict` when the run's id is taken or `source` is not the run's script.
    public func begin(_ run: RunRecord, source: ScriptSource) async throws(JournalError) -> RunClaim {
        guard source.sha256 == run.scriptSHA256 else { throw .otherScript(source, run: run) }
        return try await write { try run.begin(source, in: $0) }
    }

    /// Records how a run ended, or that it is parked; the locks of a run that is over are free.
    ///
    /// Throws `unknown_run`, `claim_lost`, and `conflict` when the run is over already.
    public func finish(_ claim: RunClaim, _ end: RunEnd) async throws(JournalError) {
        try await write { database in
            try claim.check(in: database).expectOpen(claim.run)
            try RunRecord.end(claim.run, end, in: database)
        }
    }

    /// At most `limit` runs, newest first; runs that began in the same microsecond in the reverse order of recording.
    public func runs(limit: Int) async throws(JournalError) -> [RunRecord] {
        try await read { database in
            try database.rows(
                "SELECT \(RunRecord.columns) FROM run ORDER BY started DESC, position DESC LIMIT ?",
                [max(0, limit)],
                RunRecord.init(row:)
            )
        }
    }

    /// All runs that are not over, the oldest first.
    public func unfinishedRuns() async throws(JournalError) -> [RunRecord] {
        try await read { database in
            try database.rows(
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
        let found =
            idOrPrefix.isEmpty ? [] : try await read { try RunRecord.beginning(with: idOrPrefix, in: $0) }
        if let run = found.first(where: { $0.id == idOrPrefix }) { return run }
        guard found.count < 2 else { throw .ambiguousRun(idOrPrefix, ids: found.map(\.id)) }
        guard let run = found.first else { throw .unknownRun(idOrPrefix) }
        return run
    }
}

extension RunRecord {
    /// Records that the run begins on a source.
    func begin(_ source: ScriptSource, in database: Database) throws -> RunClaim {
        guard try !database.exists("SELECT 1 FROM run WHERE id = ?", [id]) else {
            throw JournalError.recordedAlready(run: id)
        }
        try source.insertIfNew(into: database)
        try insert(into: database)
        return RunClaim(run: id, fence: fence)
    }

    /// At most five runs, in the order of their ids, so that an id comes before those that it begins.
    fileprivate static func beginning(with prefix: String, in database: Database) throws -> [RunRecord] {
        try database.rows(
            "SELECT \(columns) FROM run WHERE id >= ? AND id < ? ORDER BY id LIMIT 5",
            [prefix, prefix + "\u{10FFFF}"],
            RunRecord.init(row:)
        )
    }
}
