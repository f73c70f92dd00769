internal import GRDB

extension SQLiteRunStore {
    /// Records one step in one commit: an intent before its effect, or at once a step that is done or failed.
    ///
    /// Throws `unknown_run`, `claim_lost`, and `conflict` when the step is recorded already, is another run's, or another
    /// step of its kind has its external reference.
    public func record(_ step: StepRecord, for claim: RunClaim) async throws(JournalError) {
        try await write(preparing: { [values] in try step.storing(in: values) }) { database, step in
            try claim.check(step.key, in: database)
            try step.insert(into: database)
        }
    }

    /// Records many steps in one commit, all or none; meant for ticks, whose last ones a crash of the machine may take.
    /// Nothing happens when there are none.
    ///
    /// Throws what `record` throws.
    public func append(_ steps: [StepRecord], for claim: RunClaim) async throws(JournalError) {
        guard !steps.isEmpty else { return }
        let prepare = { @Sendable [values] in try steps.map { try $0.storing(in: values) } }
        try await write(surviving: .crashOfTheHost, preparing: prepare) { database, steps in
            try claim.check(in: database)
            for step in steps {
                try claim.checkRun(of: step.key)
                try step.insert(into: database)
            }
        }
    }

    /// Records how the step that was recorded as an intent ended, `ended` in microseconds since 1970.
    ///
    /// Throws `unknown_run`, `claim_lost`, `unknown_step`, and `conflict` when the step has ended already, is another
    /// run's, or another step of its kind has its external reference.
    public func end(_ step: StepKey, _ result: StepResult, ended: Int64, for claim: RunClaim)
        async throws(JournalError)
    {
        try await write(preparing: { [values] in try result.storing(in: values) }) { database, result in
            try claim.check(step, in: database)
            var record = try StepRecord.intent(step, in: database)
            record.apply(result, ended: ended)
            try record.update(in: database)
        }
    }

    /// The steps of a run in the order in which they were recorded; empty if there are none or the run is unknown.
    ///
    /// Throws `corrupted` when the file of a large value is missing or damaged.
    public func steps(of run: RunRecord.ID) async throws(JournalError) -> [StepRecord] {
        try await read { [values] database in
            try database.rows("SELECT \(StepRecord.columns) FROM step WHERE run = ? ORDER BY position", [run])
            {
                try StepRecord(row: $0).loading(from: values)
            }
        }
    }

    /// One step; `nil` if it is not recorded.
    ///
    /// Throws `corrupted` when the file of a large value is missing or damaged.
    public func step(_ key: StepKey) async throws(JournalError) -> StepRecord? {
        try await read { [values] database in
            try StepRecord.find(key, in: database)?.loading(from: values)
        }
    }
}
