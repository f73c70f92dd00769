internal import Storage

extension RunStore {
    /// Records one step in one commit: an intent before its effect, or at once a step that is done or failed.
    ///
    /// Throws `claim_lost`, and `conflict` when the step is recorded already or another step of its kind has its
    /// external reference.
    public func record(_ step: StepRecord, for claim: RunClaim) async throws(JournalError) {
        try await write(.record(step), preparing: { [values] in try step.storing(in: values) }) {
            transaction,
            step in
            try claim.check(step.key, transaction)
            try step.insert(transaction)
        }
    }

    /// Records many steps in one commit, all or none; meant for ticks, whose last ones a crash of the machine may take.
    /// Nothing happens when there are none.
    ///
    /// Throws what `record` throws.
    public func append(_ steps: [StepRecord], for claim: RunClaim) async throws(JournalError) {
        guard !steps.isEmpty else { return }
        let prepare = { @Sendable [values] in try steps.map { try $0.storing(in: values) } }
        try await write(.append(steps), surviving: .crashOfTheHost, preparing: prepare) {
            transaction,
            steps in
            try claim.check(transaction)
            for step in steps {
                try claim.expectOwn(step.key)
                try step.insert(transaction)
            }
        }
    }

    /// Records how the step that was recorded as an intent ended, `ended` in microseconds since 1970.
    ///
    /// Throws `claim_lost`, `unknown_step`, and `conflict` when the step has ended already or another step of its
    /// kind has its external reference.
    public func end(_ step: StepKey, _ result: StepResult, ended: Int64, for claim: RunClaim)
        async throws(JournalError)
    {
        let prepare = { @Sendable [values] in try result.storing(in: values) }
        try await write(.end(step, result), preparing: prepare) { transaction, result in
            try claim.check(step, transaction)
            try StepRecord.end(step, result, ended: ended, transaction)
        }
    }

    /// The steps of a run in the order in which they were recorded; empty if there are none or the run is unknown.
    ///
    /// Throws `corrupted` when the file of a large value is missing or damaged.
    public func steps(of run: RunRecord.ID) async throws(JournalError) -> [StepRecord] {
        try await read { [values] transaction in
            try transaction.rows(
                "SELECT \(StepRecord.columns) FROM step WHERE run = $1 ORDER BY position",
                [run]
            ) { row in try StepRecord(row: &row).loading(from: values) }
        }
    }

    /// One step; `nil` if it is not recorded.
    ///
    /// Throws `corrupted` when the file of a large value is missing or damaged.
    public func step(_ key: StepKey) async throws(JournalError) -> StepRecord? {
        try await read { [values] transaction in
            try StepRecord.find(key, transaction)?.loading(from: values)
        }
    }

    // MARK: Questions

    /// Notes with an intent what a person has to decide about it, a JSON text, in place of an earlier question or
    /// decision.
    ///
    /// Throws `claim_lost`, `unknown_step`, and `conflict` when the step has ended already.
    public func ask(_ question: String, about step: StepKey, for claim: RunClaim) async throws(JournalError) {
        try await write(.ask(step)) { transaction in
            try claim.check(step, transaction)
            try StepRecord.set("question = $1, repeat = 0", question, of: step, transaction)
        }
    }

    /// Records that an intent is about to be performed once more, as a person decided: its watermark is `watermark` from now
    /// on, and the decision is used up, so that the next crash is a question again.
    ///
    /// Throws `claim_lost`, `unknown_step`, and `conflict` when the step has ended already.
    public func beginAgain(_ step: StepKey, watermark: String?, for claim: RunClaim)
        async throws(JournalError)
    {
        let prepare = { @Sendable [values] in try watermark.map { try values.column(for: $0) } }
        try await write(.other, preparing: prepare) { transaction, watermark in
            try claim.check(step, transaction)
            try StepRecord.set(
                "watermark = $1, question = NULL, repeat = 0",
                watermark,
                of: step,
                transaction
            )
        }
    }

    /// Answers the question about an intent of a parked run. The run stays parked until it is taken; a run that was given up
    /// is over and `failed`, with that as its outcome and the decision's message. In any case nobody asks any more.
    ///
    /// A step that asks a person (`StepKind.ask`) can be adopted too while its run is `running`, which finds the answer in
    /// the journal. Throws `unknown_step`, and `conflict` when the run is not parked, the step has ended, no question is
    /// asked about it, or another step of its kind has the adopted reference.
    public func decide(_ step: StepKey, _ decision: StepDecision, at time: Int64)
        async throws(JournalError)
    {
        let prepare = { @Sendable [values] in try decision.storing(in: values) }
        try await write(.other, preparing: prepare) { transaction, decision in
            let record = try StepRecord.intent(step, transaction)
            let status = try RunStanding(of: step.run, isChanged: true, transaction).status
            guard record.mayBeDecided(decision, whileRunIs: status) else {
                throw JournalError.notParked(step.run, status: status)
            }
            guard record.question != nil else { throw JournalError.noQuestion(about: step) }
            let repeats = decision == .again ? ", repeat = 1" : ""
            try StepRecord.set("question = $1" + repeats, nil, of: step, transaction)
            switch decision {
            case .adopt(let output, let reference):
                let result = StepResult.done(output: output, externalReference: reference)
                try StepRecord.end(step, result, ended: time, transaction)
            case .again: break
            case .giveUp(let message):
                let outcome = RunStatus.failed.rawValue
                let end = RunEnd(status: .failed, outcome: outcome, message: message, ended: time)
                try RunRecord.end(step.run, end, transaction)
            }
        }
    }
}
