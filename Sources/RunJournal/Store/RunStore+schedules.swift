internal import Storage

extension RunStore {
    /// Begins a run at a slot of a schedule, whose state and run are recorded in the same commit: however many hosts look
    /// after a schedule, one run begins.
    ///
    /// Throws what `begin` throws, and `conflict` when the slot is recorded already and not as `waiting`.
    public func begin(_ run: RunRecord, source: ScriptSource, at slot: ScheduleSlot)
        async throws(JournalError) -> RunClaim
    {
        guard source.sha256 == run.scriptSHA256 else { throw .otherScript(source, run: run) }
        return try await write(.begin(run)) { transaction in
            let claim = try run.begin(source, transaction)
            var slot = slot
            (slot.state, slot.run) = (.started, run.id)
            guard try slot.record(transaction) else { throw JournalError.usedAlready(slot) }
            return claim
        }
    }

    /// Records what came of a slot at which nothing begins; returns `false`, and changes nothing, when the slot is recorded
    /// already. What is recorded as `waiting` takes any other state.
    public func note(_ slot: ScheduleSlot) async throws(JournalError) -> Bool {
        try await write { try slot.record($0) }
    }

    /// At most `limit` slots of a schedule, the latest first.
    public func slots(of schedule: String, limit: Int) async throws(JournalError) -> [ScheduleSlot] {
        try await read { transaction in
            try transaction.rows(
                """
                SELECT \(ScheduleSlot.columns) FROM schedule_slot
                WHERE schedule = $1 ORDER BY slot DESC LIMIT $2
                """,
                [schedule, max(0, limit)],
                ScheduleSlot.init(row:)
            )
        }
    }
}

extension ScheduleSlot {
    fileprivate static let columns = "schedule, slot, rule, state, run, message, recorded"

    fileprivate init(row: inout Row) throws {
        self.init(
            schedule: try row.next(),
            time: try row.next(),
            rule: try row.next(),
            state: try row.next(),
            run: try row.next(),
            message: try row.next(),
            recorded: try row.next()
        )
    }

    /// Records it unless it is recorded already, and not only as waiting; returns whether it did.
    fileprivate func record(_ transaction: Transaction) throws -> Bool {
        try transaction.execute(
            """
            INSERT INTO schedule_slot (\(Self.columns)) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (schedule, slot) DO UPDATE SET rule = excluded.rule, state = excluded.state,
                run = excluded.run, message = excluded.message, recorded = excluded.recorded
            WHERE schedule_slot.state = 'waiting' AND excluded.state <> 'waiting'
            """,
            [schedule, time, rule, state, run, message, recorded]
        ) > 0
    }
}
