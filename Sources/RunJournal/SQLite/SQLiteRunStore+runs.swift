internal import GRDB

extension SQLiteRunStore {
    /// Keeps a source unless one with its SHA-256 is kept already; safe to repeat.
    public func store(_ source: ScriptSource) async throws(JournalError) {
        try await write { try source.insertIfNew(into: $0) }
    }

    /// The source with this SHA-256. Throws `unknown_script`.
    public func script(_ sha256: String) async throws(JournalError) -> ScriptSource {
        let row = try await read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM script WHERE sha256 = ?", arguments: [sha256])
                .map(ScriptSource.init(row:))
        }
        guard let row else { throw .unknownScript(sha256) }
        return row
    }

    /// Records that a run begins, and keeps its script's source, in one commit.
    ///
    /// Throws `conflict` when the run's id is taken or `source` is not the run's script.
    public func begin(_ run: RunRecord, source: ScriptSource) async throws(JournalError) {
        guard source.sha256 == run.scriptSHA256 else {
            throw JournalError(
                .conflict,
                "run '\(run.id)' has the script '\(run.scriptSHA256)', and the source is '\(source.sha256)'"
            )
        }
        try await write { database in
            guard try RunRecord.status(of: run.id, in: database) == nil else {
                throw JournalError(.conflict, "run '\(run.id)' is recorded already")
            }
            try source.insertIfNew(into: database)
            try run.insert(into: database)
        }
    }

    /// Records how a run ended, or that it is parked.
    ///
    /// Throws `unknown_run`, and `conflict` when the run is over already.
    public func finish(_ run: RunRecord.ID, _ end: RunEnd) async throws(JournalError) {
        try await write { database in
            guard let status = try RunRecord.status(of: run, in: database) else {
                throw JournalError.unknownRun(run)
            }
            guard !status.isOver else { throw JournalError.alreadyOver(run, status: status) }
            try database.execute(
                sql: "UPDATE run SET status = ?, outcome = ?, message = ?, ended = ? WHERE id = ?",
                arguments: [
                    end.status.rawValue, end.outcome, end.message, end.status.isOver ? end.ended : nil, run,
                ]
            )
        }
    }

    /// At most `limit` runs, newest first; runs that began in the same microsecond in the reverse order of recording.
    public func runs(limit: Int) async throws(JournalError) -> [RunRecord] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM run ORDER BY started DESC, position DESC LIMIT ?",
                arguments: [max(0, limit)]
            ).map(RunRecord.init(row:))
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
    static func status(of id: String, in database: Database) throws -> RunStatus? {
        try String.fetchOne(database, sql: "SELECT status FROM run WHERE id = ?", arguments: [id])
            .map(RunStatus.init(rawValue:))
    }

    /// At most five runs, in the order of their ids, so that an id comes before those that it begins.
    fileprivate static func beginning(with prefix: String, in database: Database) throws -> [RunRecord] {
        try Row.fetchAll(
            database,
            sql: "SELECT * FROM run WHERE id >= ? AND id < ? ORDER BY id LIMIT 5",
            arguments: [prefix, prefix + "\u{10FFFF}"]
        ).map(RunRecord.init(row:))
    }
}
