internal import Storage

extension StepRecord {
    static let columns = """
        run, task_path, sequence, name, kind, state, idempotency_key, watermark, question, repeat, \
        external_reference, input, output, error, started, ended
        """

    init(row: inout Row) throws {
        self.init(
            key: StepKey(run: try row.next(), taskPath: try row.next(), sequence: try row.next()),
            name: try row.next(),
            kind: try row.next(),
            state: try row.next(),
            idempotencyKey: try row.next() as String,
            watermark: try row.next(),
            question: try row.next(),
            isToBeRepeated: try row.next(),
            externalReference: try row.next(),
            input: try row.next(),
            output: try row.next(),
            error: try row.next(),
            started: try row.next(),
            ended: try row.next()
        )
    }

    static func find(_ key: StepKey, _ transaction: Transaction) throws -> StepRecord? {
        try transaction.first(
            "SELECT \(columns) FROM step WHERE run = $1 AND task_path = $2 AND sequence = $3",
            [key.run, key.taskPath, key.sequence],
            StepRecord.init(row:)
        )
    }

    /// The step, which has not ended. Throws `unknown_step`, and `conflict` when it has.
    static func intent(_ key: StepKey, _ transaction: Transaction) throws -> StepRecord {
        guard let record = try find(key, transaction) else { throw JournalError.unknownStep(key) }
        guard record.state == .intent else { throw JournalError.alreadyEnded(key, state: record.state) }
        return record
    }

    /// Throws `conflict` when the step is recorded already, or another of its kind has its external reference.
    func insert(_ transaction: Transaction) throws {
        let count = try transaction.execute(
            """
            INSERT INTO step (\(Self.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING
            """,
            [
                key.run, key.taskPath, key.sequence, name, kind, state, idempotencyKey, watermark, question,
                isToBeRepeated, externalReference, input, output, error, started, ended,
            ]
        )
        guard count == 0 else { return }
        if try StepRecord.find(key, transaction) != nil { throw JournalError.recordedAlready(key) }
        throw try ownerOfReference(transaction)
    }

    /// The conflict with the step that has this one's external reference.
    private func ownerOfReference(_ transaction: Transaction) throws -> JournalError {
        let owner = try transaction.first(
            "SELECT run, task_path, sequence FROM step WHERE kind = $1 AND external_reference = $2",
            [kind, externalReference]
        ) { row in StepKey(run: try row.next(), taskPath: try row.next(), sequence: try row.next()) }
        return .referenceTaken(externalReference ?? "", kind: kind, owner: owner ?? key, by: key)
    }

    /// Ends a step that has not ended.
    ///
    /// Throws `unknown_step`, and `conflict` when it has ended or another of its kind has its external reference.
    static func end(_ key: StepKey, _ result: StepResult, ended: Int64, _ transaction: Transaction) throws {
        let (state, output, reference, error): (StepState, String?, String?, String?) =
            switch result {
            case .done(let output, let reference): (.done, output, reference, nil)
            case .failed(let error): (.failed, nil, nil, error)
            }
        let count = try transaction.execute(
            """
            UPDATE step SET state = $1, output = $2, error = $3, ended = $4,
                external_reference = COALESCE($5, external_reference)
            WHERE run = $6 AND task_path = $7 AND sequence = $8 AND state = 'intent' AND NOT EXISTS (
                SELECT 1 FROM step AS owner WHERE owner.kind = step.kind AND owner.external_reference = $5
                    AND owner.position <> step.position
            )
            """,
            [state, output, error, ended, reference, key.run, key.taskPath, key.sequence]
        )
        guard count == 0 else { return }
        var step = try intent(key, transaction)
        step.externalReference = reference
        throw try step.ownerOfReference(transaction)
    }

    /// Changes a step that has not ended by an assignment of `$1`, which is `value`. Throws `unknown_step`, and `conflict` when it has.
    static func set(
        _ change: String,
        _ value: String?,
        of key: StepKey,
        _ transaction: Transaction
    ) throws {
        let count = try transaction.execute(
            """
            UPDATE step SET \(change)
            WHERE run = $2 AND task_path = $3 AND sequence = $4 AND state = 'intent'
            """,
            [value, key.run, key.taskPath, key.sequence]
        )
        if count == 0 { _ = try intent(key, transaction) }
    }
}
