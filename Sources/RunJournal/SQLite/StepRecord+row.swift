internal import GRDB

extension StepRecord {
    static let columns = """
        run, task_path, sequence, name, kind, state, idempotency_key, watermark, question, repeat, \
        external_reference, input, output, error, started, ended
        """

    init(row: Row) throws {
        let key = StepKey(run: row[0], taskPath: row[1], sequence: row[2])
        let stateText: String = row[5]
        guard let state = StepState(rawValue: stateText) else {
            throw JournalError(.corrupted, "step '\(key)' has the unknown state '\(stateText)'")
        }
        self.init(
            key: key,
            name: row[3],
            kind: StepKind(rawValue: row[4]),
            state: state,
            idempotencyKey: row[6],
            watermark: row[7],
            question: row[8],
            isToBeRepeated: row[9],
            externalReference: row[10],
            input: row[11],
            output: row[12],
            error: row[13],
            started: row[14],
            ended: row[15]
        )
    }

    static func find(_ key: StepKey, in database: Database) throws -> StepRecord? {
        try database.first(
            "SELECT \(columns) FROM step WHERE run = ? AND task_path = ? AND sequence = ?",
            [key.run, key.taskPath, key.sequence],
            StepRecord.init(row:)
        )
    }

    /// The step, which has not ended. Throws `unknown_step`, and `conflict` when it has.
    static func intent(_ key: StepKey, in database: Database) throws -> StepRecord {
        guard let record = try find(key, in: database) else { throw JournalError.unknownStep(key) }
        guard record.state == .intent else { throw JournalError.alreadyEnded(key, state: record.state) }
        return record
    }

    /// Throws `conflict` when the step is recorded already, or another of its kind has its external reference.
    func insert(into database: Database) throws {
        do {
            try database.run(
                "INSERT INTO step (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    key.run, key.taskPath, key.sequence, name, kind.rawValue, state.rawValue, idempotencyKey,
                    watermark, question, isToBeRepeated, externalReference, input, output, error, started,
                    ended,
                ]
            )
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            if try StepRecord.find(key, in: database) != nil { throw JournalError.recordedAlready(key) }
            throw try ownerOfReference(in: database) ?? error
        }
    }

    /// Writes what changes when a step ends. Throws `conflict` when another of its kind has its external reference.
    func update(in database: Database) throws {
        do {
            try database.run(
                """
                UPDATE step SET state = ?, question = ?, repeat = ?, external_reference = ?, output = ?, error = ?,
                    ended = ?
                WHERE run = ? AND task_path = ? AND sequence = ?
                """,
                [
                    state.rawValue, question, isToBeRepeated, externalReference, output, error, ended,
                    key.run,
                    key.taskPath, key.sequence,
                ]
            )
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw try ownerOfReference(in: database) ?? error
        }
    }

    /// The conflict with the step that has this one's external reference.
    private func ownerOfReference(in database: Database) throws -> JournalError? {
        let owner = try database.first(
            "SELECT \(Self.columns) FROM step WHERE kind = ? AND external_reference = ?",
            [kind.rawValue, externalReference],
            StepRecord.init(row:)
        )
        guard let owner else { return nil }
        return .referenceTaken(externalReference ?? "", kind: kind, owner: owner.key, by: key)
    }

    mutating func apply(_ result: StepResult, ended: Int64) {
        switch result {
        case .done(let output, let externalReference):
            state = .done
            self.output = output
            if let externalReference { self.externalReference = externalReference }
        case .failed(let error):
            state = .failed
            self.error = error
        }
        self.ended = ended
    }
}
