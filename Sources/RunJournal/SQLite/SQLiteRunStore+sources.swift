internal import GRDB

extension SQLiteRunStore {
    /// Keeps a source unless one with its SHA-256 is kept already; safe to repeat.
    public func store(_ source: ScriptSource) async throws(JournalError) {
        try await write { try source.insertIfNew(into: $0) }
    }

    /// The source with this SHA-256. Throws `unknown_script`.
    public func script(_ sha256: String) async throws(JournalError) -> ScriptSource {
        let source = try await read { database in
            try database.first(
                "SELECT \(ScriptSource.columns) FROM script WHERE sha256 = ?",
                [sha256],
                ScriptSource.init(row:)
            )
        }
        guard let source else { throw .unknownScript(sha256) }
        return source
    }

    /// Records that a run goes on with another script, and keeps its source, in one commit.
    ///
    /// Throws `unknown_run`, `claim_lost`, and `conflict` when the run is over.
    public func move(_ claim: RunClaim, to source: ScriptSource) async throws(JournalError) {
        try await write { database in
            try claim.check(in: database).expectOpen(claim.run)
            try source.insertIfNew(into: database)
            try database.run(
                "UPDATE run SET script_name = CAST(? AS TEXT), script_sha256 = ? WHERE id = ?",
                [source.name.bytes, source.sha256, claim.run]
            )
        }
    }

    /// Keeps a source that a run has required under the name `module`, so that it is resumed on it; safe to repeat.
    ///
    /// Throws `unknown_run`, `claim_lost`, and `conflict` when the run has required another source under this name.
    public func keep(_ source: ScriptSource, as module: String, for claim: RunClaim)
        async throws(JournalError)
    {
        try await write { database in
            try claim.check(in: database)
            let kept = try database.first(
                "SELECT sha256 FROM run_module WHERE run = ? AND module = CAST(? AS TEXT)",
                [claim.run, module.bytes]
            ) { $0[0] as String }
            if let kept {
                guard kept == source.sha256 else {
                    throw JournalError.otherModule(module, run: claim.run, kept: kept, given: source.sha256)
                }
                return
            }
            try source.insertIfNew(into: database)
            try database.run(
                "INSERT INTO run_module (run, module, sha256) VALUES (?, CAST(? AS TEXT), ?)",
                [claim.run, module.bytes, source.sha256]
            )
        }
    }

    /// The sources that a run has required, by the names under which it did.
    public func modules(of run: RunRecord.ID) async throws(JournalError) -> [String: ScriptSource] {
        let pairs = try await read { database in
            try database.rows(
                """
                SELECT \(ScriptSource.columns), module FROM run_module JOIN script USING (sha256) WHERE run = ?
                """,
                [run]
            ) { row in (row.text(4), ScriptSource(row: row)) }
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
