internal import GRDB

extension SQLiteRunStore {
    /// Records one step in one commit: an intent before its effect, or at once a step that is done or failed.
    ///
    /// Throws `unknown_run`, and `conflict` when the step is recorded already or another step of its kind has its
    /// external reference.
    public func record(_ step: StepRecord) async throws(JournalError) {
        try await append([step])
    }

    /// Records many steps in one commit, all or none; meant for ticks. Nothing happens when there are none.
    ///
    /// Throws what `record` throws.
    public func append(_ steps: [StepRecord]) async throws(JournalError) {
        guard !steps.isEmpty else { return }
        try await write { database in
            for step in steps {
                do {
                    try step.insert(into: database)
                } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                    throw try step.refusal(in: database) ?? error
                }
            }
        }
    }

    /// Records how the step that was recorded as an intent ended, `ended` in microseconds since 1970.
    ///
    /// Throws `unknown_step`, and `conflict` when the step has ended already or another step of its kind has its
    /// external reference.
    public func end(_ step: StepKey, _ result: StepResult, ended: Int64) async throws(JournalError) {
        try await write { database in
            guard var record = try StepRecord.find(step, in: database) else {
                throw JournalError.unknownStep(step)
            }
            guard record.state == .intent else { throw JournalError.alreadyEnded(step, state: record.state) }
            record.apply(result, ended: ended)
            do {
                try record.update(in: database)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                throw try record.ownerOfReference(in: database) ?? error
            }
        }
    }

    /// The steps of a run in the order in which they were recorded; empty if there are none or the run is unknown.
    public func steps(of run: RunRecord.ID) async throws(JournalError) -> [StepRecord] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM step WHERE run = ? ORDER BY position",
                arguments: [run]
            ).map(StepRecord.init(row:))
        }
    }
}

extension StepRecord {
    fileprivate mutating func apply(_ result: StepResult, ended: Int64) {
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

    /// Why the table does not take this step.
    fileprivate func refusal(in database: Database) throws -> JournalError? {
        if try StepRecord.find(key, in: database) != nil {
            return JournalError(.conflict, "step '\(key)' is recorded already")
        }
        if try RunRecord.status(of: key.run, in: database) == nil { return .unknownRun(key.run) }
        return try ownerOfReference(in: database)
    }

    /// The conflict with the step that has this one's external reference.
    fileprivate func ownerOfReference(in database: Database) throws -> JournalError? {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT * FROM step WHERE kind = ? AND external_reference = ?",
            arguments: [kind.rawValue, externalReference]
        )
        guard let owner = try row.map(StepRecord.init(row:)) else { return nil }
        return JournalError(
            .conflict,
            "'\(externalReference ?? "")' was recorded by the \(kind) step '\(owner.key)' and cannot be by '\(key)' too"
        )
    }
}
