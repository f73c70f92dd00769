internal import GRDB

extension StepRecord {
    init(row: Row) throws {
        let key = StepKey(run: row["run"], taskPath: row["task_path"], sequence: row["sequence"])
        let stateText: String = row["state"]
        guard let state = StepState(rawValue: stateText) else {
            throw JournalError(.corrupted, "step '\(key)' has the unknown state '\(stateText)'")
        }
        self.init(
            key: key,
            name: row["name"],
            kind: StepKind(rawValue: row["kind"]),
            state: state,
            idempotencyKey: row["idempotency_key"],
            watermark: row["watermark"],
            externalReference: row["external_reference"],
            input: row["input"],
            output: row["output"],
            error: row["error"],
            started: row["started"],
            ended: row["ended"]
        )
    }

    static func find(_ key: StepKey, in database: Database) throws -> StepRecord? {
        try Row.fetchOne(
            database,
            sql: "SELECT * FROM step WHERE run = ? AND task_path = ? AND sequence = ?",
            arguments: [key.run, key.taskPath, key.sequence]
        ).map(StepRecord.init(row:))
    }

    func insert(into database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO step (
                    run, task_path, sequence, name, kind, state, idempotency_key, watermark, external_reference,
                    input, output, error, started, ended
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                key.run, key.taskPath, key.sequence, name, kind.rawValue, state.rawValue, idempotencyKey,
                watermark,
                externalReference, input, output, error, started, ended,
            ]
        )
    }

    /// Writes what changes when a step ends.
    func update(in database: Database) throws {
        try database.execute(
            sql: """
                UPDATE step SET state = ?, external_reference = ?, output = ?, error = ?, ended = ?
                WHERE run = ? AND task_path = ? AND sequence = ?
                """,
            arguments: [
                state.rawValue, externalReference, output, error, ended, key.run, key.taskPath, key.sequence,
            ]
        )
    }
}
