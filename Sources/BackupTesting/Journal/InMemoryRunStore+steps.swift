public import RunJournal

extension InMemoryRunStore {
    /// See ``RunStore/record(_:for:)``.
    public func record(_ step: StepRecord, for claim: RunClaim) async throws(JournalError) {
        try await append([step], for: claim)
    }

    /// See ``RunStore/append(_:for:)``.
    public func append(_ steps: [StepRecord], for claim: RunClaim) async throws(JournalError) {
        guard !steps.isEmpty else { return }
        try write(steps.map { .record($0) }) { content throws(JournalError) in
            // All or none.
            var changed = content
            for step in steps {
                try changed.check(claim, step.key)
                try changed.checkNew(step)
                changed.insert(step)
            }
            content = changed
        }
    }

    /// See ``RunStore/end(_:_:ended:for:)``.
    public func end(_ step: StepKey, _ result: StepResult, ended: Int64, for claim: RunClaim)
        async throws(JournalError)
    {
        try write(.end(step)) { content throws(JournalError) in
            try content.check(claim, step)
            let record = try content.intent(step).ended(result, at: ended)
            try content.checkReference(of: record)
            content.update(record)
        }
    }

    /// See ``RunStore/steps(of:)``.
    public func steps(of run: RunRecord.ID) async throws(JournalError) -> [StepRecord] {
        allSteps.filter { $0.key.run == run }
    }

    /// See ``RunStore/ask(_:about:for:)``.
    public func ask(_ question: String, about step: StepKey, for claim: RunClaim) async throws(JournalError) {
        try write(.ask(step)) { content throws(JournalError) in
            try content.check(claim, step)
            var record = try content.intent(step)
            record.question = question
            record.isToBeRepeated = false
            content.update(record)
        }
    }

    /// See ``RunStore/beginAgain(_:watermark:for:)``.
    public func beginAgain(_ step: StepKey, watermark: String?, for claim: RunClaim)
        async throws(JournalError)
    {
        try write(.beginAgain(step)) { content throws(JournalError) in
            try content.check(claim, step)
            var record = try content.intent(step)
            (record.watermark, record.question, record.isToBeRepeated) = (watermark, nil, false)
            content.update(record)
        }
    }

    /// See ``RunStore/decide(_:_:at:)``.
    public func decide(_ step: StepKey, _ decision: StepDecision, at time: Int64)
        async throws(JournalError)
    {
        try write(.decide(step, decision)) { content throws(JournalError) in
            var record = try content.intent(step)
            let run = try content.run(step.run)
            guard record.mayBeDecided(decision, whileRunIs: run.status) else {
                throw .notParked(run.id, status: run.status)
            }
            guard record.question != nil else { throw .noQuestion(about: step) }
            record.question = nil
            switch decision {
            case .adopt(let output, let externalReference):
                record = record.ended(.done(output: output, externalReference: externalReference), at: time)
                try content.checkReference(of: record)
            case .again:
                record.isToBeRepeated = true
            case .giveUp(let message):
                let end = RunEnd(status: .failed, outcome: "failed", message: message, ended: time)
                content.end(run, end)
            }
            content.update(record)
        }
    }
}
