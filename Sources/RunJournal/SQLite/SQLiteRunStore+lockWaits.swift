internal import GRDB

extension SQLiteRunStore {
    /// Notes that a step waits for a lock without an end, unless that closes a circle, which is returned then.
    ///
    /// Throws `unknown_run`, `claim_lost`, and `conflict` when the step is another run's.
    public func noteWait(_ wait: LockWait, for claim: RunClaim) async throws(JournalError) -> [LockWait] {
        try await write(surviving: .crashOfTheHost) { database in
            try claim.check(wait.step, in: database)
            try LockWait.remove(wait.step, from: database)
            let others = try database.rows(
                "SELECT name, mode, run, task_path, sequence, keeping FROM lock_wait ORDER BY rowid",
                [],
                LockWait.init(row:)
            )
            let circle = wait.circle(among: others, holding: try LockRecord.all(in: database))
            if circle.isEmpty { try wait.insert(into: database) }
            return circle
        }
    }

    /// Notes that a step waits for a lock no more.
    ///
    /// Throws `unknown_run`, `claim_lost`, and `conflict` when the step is another run's.
    public func stopWaiting(_ step: StepKey, for claim: RunClaim) async throws(JournalError) {
        try await write(surviving: .crashOfTheHost) { database in
            try claim.check(step, in: database)
            try LockWait.remove(step, from: database)
        }
    }
}

extension LockWait {
    static func remove(_ step: StepKey, from database: Database) throws {
        try database.run(
            "DELETE FROM lock_wait WHERE run = ? AND task_path = ? AND sequence = ?",
            [step.run, step.taskPath, step.sequence]
        )
    }

    fileprivate func insert(into database: Database) throws {
        try database.run(
            """
            INSERT INTO lock_wait (name, mode, run, task_path, sequence, keeping)
            VALUES (CAST(? AS TEXT), ?, ?, ?, ?, ?)
            """,
            [name.bytes, mode.rawValue, step.run, step.taskPath, step.sequence, keptText]
        )
    }

    fileprivate init(row: Row) throws {
        let (name, mode, run): (String, String, String) = (row.text(0), row[1], row[2])
        guard let mode = LockMode(rawValue: mode) else {
            throw JournalError(.corrupted, "a wait for the lock '\(name)' has the unknown mode '\(mode)'")
        }
        self.init(
            name: name,
            mode: mode,
            step: StepKey(run: run, taskPath: row[3], sequence: row[4]),
            keeping: Self.steps(of: run, in: row[5])
        )
    }

    /// `0#3 0/1.1#0`
    private var keptText: String {
        keeping.map { "\($0.taskPath)#\($0.sequence)" }.sorted().joined(separator: " ")
    }

    private static func steps(of run: String, in text: String) -> Set<StepKey> {
        Set(
            text.split(separator: " ").compactMap { key in
                let parts = key.split(separator: "#")
                guard parts.count == 2, let sequence = Int(parts[1]) else { return nil }
                return StepKey(run: run, taskPath: String(parts[0]), sequence: sequence)
            }
        )
    }
}
