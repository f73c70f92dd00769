internal import GRDB

extension SQLiteRunStore {
    /// Takes a lock for a step of a run, or answers `false` when others have it: one that holds it `exclusive`, or, for
    /// an exclusive lock, anybody. A second request by the same step changes nothing.
    ///
    /// A run that is interrupted or parked keeps its locks. Throws `unknown_run`, `claim_lost`, and `conflict` when the run
    /// is over or the step is another run's.
    public func lock(_ name: String, _ mode: LockMode, by step: StepKey, at time: Int64, for claim: RunClaim)
        async throws(JournalError) -> Bool
    {
        try await write { database in
            try claim.check(step, in: database)
            try claim.check(in: database).expectOpen(claim.run)
            let isHeld = try database.exists(
                "SELECT 1 FROM lock WHERE name = CAST(? AS TEXT) AND run = ? AND task_path = ? AND sequence = ?",
                [name.bytes, step.run, step.taskPath, step.sequence]
            )
            guard !isHeld else { return true }
            let isTaken = try database.exists(
                mode == .exclusive
                    ? "SELECT 1 FROM lock WHERE name = CAST(? AS TEXT) LIMIT 1"
                    : "SELECT 1 FROM lock WHERE name = CAST(? AS TEXT) AND mode = 'exclusive' LIMIT 1",
                [name.bytes]
            )
            guard !isTaken else { return false }
            try database.run(
                """
                INSERT INTO lock (name, mode, run, task_path, sequence, since)
                VALUES (CAST(? AS TEXT), ?, ?, ?, ?, ?)
                """,
                [name.bytes, mode.rawValue, step.run, step.taskPath, step.sequence, time]
            )
            try LockWait.remove(step, from: database)
            return true
        }
    }

    /// Frees a lock that a step holds; nothing happens when it does not.
    ///
    /// Throws `unknown_run`, `claim_lost`, and `conflict` when the step is another run's.
    public func unlock(_ name: String, by step: StepKey, for claim: RunClaim) async throws(JournalError) {
        try await write { database in
            try claim.check(step, in: database)
            try database.run(
                "DELETE FROM lock WHERE name = CAST(? AS TEXT) AND run = ? AND task_path = ? AND sequence = ?",
                [name.bytes, step.run, step.taskPath, step.sequence]
            )
        }
    }

    /// All locks that are held, by name and then in the order in which they were taken.
    public func locks() async throws(JournalError) -> [LockRecord] {
        try await read { database in
            try LockRecord.all(in: database)
        }
    }
}

extension LockRecord {
    static func all(in database: Database) throws -> [LockRecord] {
        try database.rows(
            """
            SELECT name, mode, run, task_path, sequence, status, since
            FROM lock JOIN run ON run.id = lock.run ORDER BY name, lock.position
            """,
            [],
            LockRecord.init(row:)
        )
    }

    private init(row: Row) throws {
        let (name, mode): (String, String) = (row.text(0), row[1])
        guard let mode = LockMode(rawValue: mode) else {
            throw JournalError(.corrupted, "the lock '\(name)' has the unknown mode '\(mode)'")
        }
        self.init(
            name: name,
            mode: mode,
            step: StepKey(run: row[2], taskPath: row[3], sequence: row[4]),
            runStatus: RunStatus(rawValue: row[5]),
            since: row[6]
        )
    }
}
