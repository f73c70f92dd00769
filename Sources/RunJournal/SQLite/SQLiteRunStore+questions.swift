internal import GRDB

extension SQLiteRunStore {
    /// Notes with an intent what a person has to decide about it, a JSON text.
    ///
    /// Throws `unknown_run`, `claim_lost`, `unknown_step`, and `conflict` when the step has ended already or is another
    /// run's.
    public func ask(_ question: String, about step: StepKey, for claim: RunClaim) async throws(JournalError) {
        try await write { database in
            try claim.check(step, in: database)
            var record = try StepRecord.intent(step, in: database)
            record.question = question
            record.isToBeRepeated = false
            try record.update(in: database)
        }
    }

    /// Records that an intent is about to be performed once more, as a person decided: its watermark is `watermark` from now
    /// on, and the decision is used up.
    ///
    /// Throws `unknown_run`, `claim_lost`, `unknown_step`, and `conflict` when the step has ended already or is another
    /// run's.
    public func beginAgain(_ step: StepKey, watermark: String?, for claim: RunClaim)
        async throws(JournalError)
    {
        let prepare = { @Sendable [values] in try watermark.map { try values.column(for: $0) } }
        try await write(preparing: prepare) { database, watermark in
            try claim.check(step, in: database)
            _ = try StepRecord.intent(step, in: database)
            try database.run(
                """
                UPDATE step SET watermark = ?, question = NULL, repeat = 0
                WHERE run = ? AND task_path = ? AND sequence = ?
                """,
                [watermark, step.run, step.taskPath, step.sequence]
            )
        }
    }

    /// Answers the question about an intent of a parked run, or what a running one asks a person. A parked run stays so
    /// until it is taken; a run that was given up is over and `failed`.
    ///
    /// Throws `unknown_step`, and `conflict` when the run is not parked, the step has ended, no question is asked about
    /// it, or another step of its kind has the adopted reference.
    public func decide(_ step: StepKey, _ decision: StepDecision, at time: Int64)
        async throws(JournalError)
    {
        try await write(preparing: { [values] in try decision.storing(in: values) }) { database, decision in
            var record = try StepRecord.intent(step, in: database)
            let status = try RunStanding(of: step.run, in: database).status
            guard record.mayBeDecided(decision, whileRunIs: status) else {
                throw JournalError.notParked(step.run, status: status)
            }
            guard record.question != nil else { throw JournalError.noQuestion(about: step) }
            record.question = nil
            switch decision {
            case .adopt(let output, let externalReference):
                record.apply(.done(output: output, externalReference: externalReference), ended: time)
            case .again:
                record.isToBeRepeated = true
            case .giveUp(let message):
                let end = RunEnd(
                    status: .failed,
                    outcome: RunStatus.failed.rawValue,
                    message: message,
                    ended: time
                )
                try RunRecord.end(step.run, end, in: database)
            }
            try record.update(in: database)
        }
    }
}
