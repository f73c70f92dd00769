internal import Storage

extension LockRecord {
    /// All locks, by name and then in the order in which they were taken.
    static func all(_ transaction: Transaction) throws -> [LockRecord] {
        try transaction.rows(
            """
            SELECT name, mode, run, task_path, sequence, status, since
            FROM lock JOIN run ON run.id = lock.run ORDER BY name, lock.position
            """
        ) { row in
            LockRecord(
                name: try row.next(),
                mode: try row.next(),
                step: StepKey(run: try row.next(), taskPath: try row.next(), sequence: try row.next()),
                runStatus: try row.next(),
                since: try row.next()
            )
        }
    }
}

extension LockWait {
    static func all(_ transaction: Transaction) throws -> [LockWait] {
        try transaction.rows(
            """
            SELECT name, mode, run, task_path, sequence, keeping FROM lock_wait ORDER BY run, task_path, sequence
            """
        ) { row in
            let (name, mode): (String, LockMode) = (try row.next(), try row.next())
            let step = StepKey(run: try row.next(), taskPath: try row.next(), sequence: try row.next())
            return LockWait(
                name: name,
                mode: mode,
                step: step,
                keeping: steps(of: step.run, in: try row.next())
            )
        }
    }

    static func remove(_ step: StepKey, _ transaction: Transaction) throws {
        try transaction.execute(
            "DELETE FROM lock_wait WHERE run = $1 AND task_path = $2 AND sequence = $3",
            [step.run, step.taskPath, step.sequence]
        )
    }

    func insert(_ transaction: Transaction) throws {
        try transaction.execute(
            """
            INSERT INTO lock_wait (name, mode, run, task_path, sequence, keeping) VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [name, mode, step.run, step.taskPath, step.sequence, keptText]
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
