internal import GRDB

extension SQLiteRunStore {
    /// Begins a run at a slot of a schedule, in one commit.
    ///
    /// Throws what `begin` throws, and `conflict` when the slot is recorded already and not as `waiting`.
    public func begin(_ run: RunRecord, source: ScriptSource, at slot: ScheduleSlot)
        async throws(JournalError) -> RunClaim
    {
        guard source.sha256 == run.scriptSHA256 else { throw .otherScript(source, run: run) }
        return try await write { database in
            let claim = try run.begin(source, in: database)
            var slot = slot
            (slot.state, slot.run) = (.started, run.id)
            guard try slot.record(in: database) else { throw JournalError.usedAlready(slot) }
            return claim
        }
    }

    /// Records what came of a slot at which nothing begins; answers `false`, and changes nothing, when the slot is recorded
    /// already and not as `waiting`.
    public func note(_ slot: ScheduleSlot) async throws(JournalError) -> Bool {
        try await write { try slot.record(in: $0) }
    }

    /// At most `limit` slots of a schedule, the latest first.
    public func slots(of schedule: String, limit: Int) async throws(JournalError) -> [ScheduleSlot] {
        try await read { database in
            try database.rows(
                """
                SELECT \(ScheduleSlot.columns) FROM schedule_slot
                WHERE schedule = CAST(? AS TEXT) ORDER BY slot DESC LIMIT ?
                """,
                [schedule.bytes, max(0, limit)],
                ScheduleSlot.init(row:)
            )
        }
    }
}

extension ScheduleSlot {
    fileprivate static let columns = "schedule, slot, rule, state, run, message, recorded"

    fileprivate init(row: Row) {
        self.init(
            schedule: row.text(0),
            time: row[1],
            rule: row.text(2),
            state: SlotState(rawValue: row[3]),
            run: row[4],
            message: row.optionalText(5),
            recorded: row[6]
        )
    }

    /// Records it unless it is recorded already, and not only as waiting; answers whether it did.
    fileprivate func record(in database: Database) throws -> Bool {
        let known = try database.first(
            "SELECT state FROM schedule_slot WHERE schedule = CAST(? AS TEXT) AND slot = ?",
            [schedule.bytes, time]
        ) { SlotState(rawValue: $0[0]) }
        guard known == nil || (known == .waiting && state != .waiting) else { return false }
        try database.run(
            """
            INSERT OR REPLACE INTO schedule_slot (\(Self.columns))
            VALUES (CAST(? AS TEXT), ?, CAST(? AS TEXT), ?, ?, CAST(? AS TEXT), ?)
            """,
            [schedule.bytes, time, rule.bytes, state.rawValue, run, message?.bytes, recorded]
        )
        return true
    }
}
