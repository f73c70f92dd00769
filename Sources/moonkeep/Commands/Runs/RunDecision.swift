import BackupAPI
import PluginHost
import RunJournal

/// What a person has decided about a run before it goes on, by the options of the command.
struct RunDecision {
    /// What comes of it.
    enum Result {
        /// The run goes on.
        case goesOn(RunRecord)
        /// The run is over.
        case isGivenUp
        /// The run goes on by itself, where it waits.
        case isHeard
    }

    let choice: StepChoice?
    /// The step that is decided, as `path#sequence`; `nil` for the only one.
    let step: String?
    /// Whether a person can be asked what the script asks.
    let canAsk: Bool

    /// Applies the choice to a run, and says on the error stream what comes of it.
    func apply(to run: RunRecord, _ host: PluginHost, _ journal: RunStore) async throws -> Result {
        let questions = run.openQuestions(try await journal.steps(of: run.id))
        guard let question = try chosen(from: questions, of: run) else {
            switch choice {
            case .giveUp:
                try await host.giveUp(run)
                return givenUp(run)
            case nil: return .goesOn(run)
            default:
                let state = run.status == .parked ? "it was decided already" : "it was interrupted"
                throw CommandError(
                    "nothing has to be decided about run '\(run.id)': \(state)",
                    fix: "Resume it without a choice."
                )
            }
        }
        let isAsked = question.question.asked != nil
        switch choice {
        case nil where isAsked && (canAsk || run.status != .parked): return .goesOn(run)
        case nil: throw CommandError(undecided: question, run)
        case .giveUp where run.status != .parked:
            try await host.giveUp(run)
            return givenUp(run)
        case .some(let choice):
            let isWaiting = run.isExecuted(at: Clocks.now())
            do {
                try await host.decide(choice, about: question.step)
            } catch let error as BackupError where isAsked && error.code == .invalidRequest {
                throw CommandError(error.message, fix: error.fix)
            }
            if choice == .giveUp { return givenUp(run) }
            guard isWaiting else { return .goesOn(try await journal.run(run.id)) }
            Console.standardError.writeLine("run \(run.id) has the answer, and goes on by itself")
            return .isHeard
        }
    }

    private func givenUp(_ run: RunRecord) -> Result {
        Console.standardError.writeLine("run \(run.id) was given up")
        return .isGivenUp
    }

    private func chosen(from questions: [OpenQuestion], of run: RunRecord) throws -> OpenQuestion? {
        guard let step else { return questions.first }
        guard let found = questions.first(where: { "\($0.step.taskPath)#\($0.step.sequence)" == step }) else {
            throw CommandError("nothing has to be decided about step '\(step)' of run '\(run.id)'")
        }
        return found
    }
}

extension CommandError {
    /// A run waits for a choice, and there is none.
    fileprivate init(undecided question: OpenQuestion, _ run: RunRecord) {
        let asked = question.question
        self.init(
            asked.asked == nil
                ? "run '\(run.id)' waits for a decision about \(asked.call): \(asked.reason)"
                : "run '\(run.id)' asks: \(asked.reason.printable)",
            fix: question.choices(run),
            status: ExitStatus.parked
        )
    }
}

extension RunRecord {
    /// What a person has to decide now: of a run that is not parked, only what its script asks.
    func openQuestions(_ steps: [StepRecord]) -> [OpenQuestion] {
        guard !status.isOver else { return [] }
        return OpenQuestion.all(about: steps).filter { status == .parked || $0.question.asked != nil }
    }

    /// Whether a process that lives executes it.
    func isExecuted(at now: Timestamp) -> Bool {
        status == .running && !isInterrupted(at: now)
    }
}

extension OpenQuestion {
    /// What a person can do about it, as commands.
    func choices(_ run: RunRecord) -> String {
        if let asked = question.asked {
            return
                "Answer \(asked.choicesText) with 'moonkeep resume \(run.id) --answer ANSWER', or end it with --give-up."
        }
        let known = question.candidates.isEmpty ? "ID" : question.candidates.joined(separator: " or ")
        return """
            Say 'moonkeep resume \(run.id)' with --adopt \(known) if it happened, --start-again if it did not, or --give-up.
            """
    }

    /// The question for people, with what they can do about it.
    func lines(_ run: RunRecord) -> [String] {
        question.asked == nil
            ? ["\(question.call): \(question.reason)", choices(run)] : QuestionLines.lines(of: self)
    }
}
