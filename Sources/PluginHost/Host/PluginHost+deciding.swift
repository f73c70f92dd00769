import BackupAPI
import LuaKit
public import RunJournal

extension PluginHost {
    /// What a person has to decide before a parked run can go on, in the order of the steps; empty when nobody asks.
    public func questions(of run: RunRecord) async throws -> [OpenQuestion] {
        OpenQuestion.all(about: try await journal.steps(of: run.id))
    }

    /// Answers the question about a step of a parked run, which stays parked until it is resumed, or is over when it was given
    /// up.
    ///
    /// What a script asks can be answered while its run waits for that, too; its other questions are those of parked runs.
    /// What is adopted has to be there: the service is asked for it. Throws `unknown_step` and `conflict` of the journal,
    /// what the service throws, such as `unknown_backup`, and `invalid_request` where the choice does not fit the step: an id
    /// for what is no start, none for a start, or that of another configuration's backup, or an answer that is no choice.
    public func decide(_ choice: StepChoice, about step: StepKey) async throws {
        guard let record = try await journal.steps(of: step.run).first(where: { $0.key == step }) else {
            throw JournalError.unknownStep(step)
        }
        let decision: StepDecision
        try record.check(choice)
        switch choice {
        case .adopt(let id):
            try await checkExistence(of: id, for: record)
            decision = .adopt(output: JournalText.encode(.string(id)), externalReference: id)
        case .happened:
            guard record.kind != .start else { throw BackupError.noIdentifier(for: record) }
            decision = .adopt(output: "null", externalReference: nil)
        case .startAgain: decision = .again
        case .answer(let answer):
            guard let question = StepQuestion(about: record)?.asked else {
                throw JournalError.noQuestion(about: step)
            }
            let text = JournalText.encode(.string(try question.choice(for: answer)))
            decision = .adopt(output: text, externalReference: nil)
        case .giveUp: decision = .giveUp(message: Self.givenUp)
        }
        try await journal.decide(step, decision, at: environment.now().microseconds)
    }

    /// Ends a run that is not over and that nobody executes, as failed; what it started goes on by itself.
    ///
    /// Throws `conflict` when the run is over or somebody else has taken it meanwhile.
    public func giveUp(_ run: RunRecord) async throws {
        let now = environment.now().microseconds
        let claim = try await journal.take(run, owner: environment.owner, leaseEnd: now)
        let end = RunEnd(
            status: .failed,
            outcome: Outcome.failed.rawValue,
            message: Self.givenUp,
            ended: now
        )
        try await journal.finish(claim, end)
    }

    private static var givenUp: String { "the run was given up" }

    private func checkExistence(of id: String, for step: StepRecord) async throws {
        guard step.kind == .start else { throw BackupError.noStart(step) }
        switch try StartMark(of: step).request {
        case .backup(let configuration):
            let backup = try await service.backup(ResourceID(id))
            guard backup.configuration.id == configuration else {
                throw BackupError.otherConfiguration(backup, wanted: configuration)
            }
        case .restore: _ = try await service.restore(ResourceID(id))
        case .cleanup: _ = try await service.cleanup(ResourceID(id))
        }
    }
}

extension StepRecord {
    /// Throws where a choice is none for what the step is. What has ended the journal refuses.
    fileprivate func check(_ choice: StepChoice) throws {
        switch choice {
        case .answer where kind != .ask: throw BackupError.asksNothing(self)
        case _ where state != .intent: throw JournalError.alreadyEnded(key, state: state)
        case .adopt, .happened, .startAgain: if kind == .ask { throw BackupError.asksPerson(self) }
        case .answer, .giveUp: return
        }
    }
}

extension BackupError {
    fileprivate static func asksNothing(_ step: StepRecord) -> BackupError {
        BackupError(
            .invalidRequest,
            "step '\(step.key)' (\(step.name)) asks no question that has answers"
        )
    }

    fileprivate static func asksPerson(_ step: StepRecord) -> BackupError {
        let question = StepQuestion(about: step)?.asked
        return BackupError(
            .invalidRequest,
            "step '\(step.key)' (\(step.name)) asks a person '\(question?.text.printable ?? "")'",
            fix: question.map { "Answer \($0.choicesText)." }
        )
    }

    fileprivate static func noStart(_ step: StepRecord) -> BackupError {
        BackupError(
            .invalidRequest,
            "step '\(step.key)' (\(step.name)) starts nothing that has an id",
            fix: "Say that it happened, let it happen again, or give the run up."
        )
    }

    fileprivate static func noIdentifier(for step: StepRecord) -> BackupError {
        BackupError(
            .invalidRequest,
            "step '\(step.key)' (\(step.name)) starts something whose id the script needs",
            fix: "Adopt it with its id."
        )
    }

    fileprivate static func otherConfiguration(
        _ backup: Backup,
        wanted: ResourceID<Configuration>
    ) -> BackupError {
        BackupError(
            .invalidRequest,
            "backup '\(backup.id)' is one of configuration '\(backup.configuration.id)', and the step has started one of "
                + "'\(wanted)'"
        )
    }
}
