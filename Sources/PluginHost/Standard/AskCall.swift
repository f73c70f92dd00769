import BackupAPI
import LuaKit
import RunJournal

/// A question of a script.
struct AskCall {
    let run: RunContext
    let steps: StepRecorder

    init(_ run: RunContext) throws {
        (self.run, steps) = (run, try run.steps)
    }

    /// A step that asks a person and returns what they chose; where there is nobody to ask, the run is parked with the
    /// question, unless it is answered by its default after some time.
    ///
    /// Whatever answers first, here or by a decision in the journal, is the answer.
    func ask(_ text: String, _ options: AskOptions) async throws -> LuaValue {
        var question = try options.question(text)
        var call = run.currentCall
        call.planned = .answer { [question] in
            (question.preset ?? question.choices.first).map(LuaValue.string) ?? .nil
        }
        // A timeout counts from the first time that the step began.
        call.isIntended = true
        let latch = Latch<StepKey>()
        do {
            return try await steps.step(call, prelude: { latch.value = $0 }) { began in
                question.deadline = options.timeout.map { began.advanced(by: $0.value) }
                guard let key = latch.value else { throw CancellationError() }
                let time = options.timeout.map { run.time($0.value, since: began) }
                return .string(try await answer(to: question, of: key, within: time))
            }
        } catch let error as JournalError where error.code == .conflict {
            // Somebody has answered elsewhere, and was first.
            guard let key = latch.value else { throw error }
            let recorded = try await steps.writer.asking { () async throws(JournalError) in
                try await steps.writer.journal.step(key)
            }
            guard let recorded, let answer = try steps.answer(of: recorded) else { throw error }
            return answer
        }
    }

    private func answer(to question: Question, of key: StepKey, within time: StepTime?) async throws -> String
    {
        if let preset = question.preset, time?.isOver == true { return preset }
        let stepQuestion = StepQuestion(asking: question)
        try await steps.writer.ask(stepQuestion, about: key)
        guard run.environment.ask != nil || time != nil else {
            throw run.stop.halt(.parked(key, stepQuestion))
        }
        run.observe(.asked(OpenQuestion(step: key, kind: .ask, question: stepQuestion)))
        guard let answer = try await firstAnswer(to: question, of: key, within: time) else {
            throw run.stop.halt(.parked(key, stepQuestion))
        }
        return try question.choice(for: answer)
    }

    /// The answer of whom the host asks, or the default when the time is over; `nil` when the host finds nobody and there is
    /// no default. Throws the journal's `conflict` when somebody answers there.
    private func firstAnswer(
        to question: Question,
        of key: StepKey,
        within time: StepTime?
    ) async throws -> String? {
        let (environment, journal) = (run.environment, steps.writer.journal)
        return try await withThrowingTaskGroup(of: String?.self) { group in
            defer { group.cancelAll() }
            if let ask = environment.ask { group.addTask { try await ask(question) } }
            if let time {
                group.addTask {
                    try await time.sleep()
                    return question.preset
                }
            }
            group.addTask { throw try await Self.decision(about: key, in: journal) }
            while let answer = try await group.next() {
                if answer != nil || time == nil { return answer }
            }
            throw CancellationError()
        }
    }

    /// Waits until somebody has answered in the journal.
    private static func decision(about key: StepKey, in journal: RunStore) async throws -> JournalError {
        while true {
            // Of this machine's time: a person answers in no other.
            try await Task.sleep(for: .seconds(1), clock: .continuous)
            // A journal that cannot be read now is found out by the next step.
            guard let step = try? await journal.step(key), step.state != .intent else { continue }
            return .alreadyEnded(key, state: step.state)
        }
    }
}
