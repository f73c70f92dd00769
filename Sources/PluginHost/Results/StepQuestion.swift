import BackupAPI
import LuaKit
public import RunJournal

/// What a person is asked about a step.
public struct StepQuestion: Codable, Hashable, Sendable {
    /// The call, as a script would write it.
    public var call: String
    /// Why nobody can tell, in one sentence.
    public var reason: String
    /// Ids of what may have come of it, the newest first.
    public var candidates: [String]
    /// What the script itself asks; `nil` where nobody can tell whether the step happened.
    public var asked: Question?

    /// Makes a question.
    public init(call: String, reason: String, candidates: [String] = []) {
        self.call = call
        self.reason = reason
        self.candidates = candidates
    }

    /// Makes one that the script asks.
    init(asking question: Question) {
        self.init(call: "run.ask", reason: question.text)
        asked = question
    }

    /// The question as the journal keeps it.
    var text: String { (try? JSONText.encode(self)) ?? "{}" }

    /// The question that is asked about a step; `nil` if there is none.
    init?(about step: StepRecord) {
        guard let text = step.question, step.state == .intent else { return nil }
        let question = (try? JSONReader.read(text)).flatMap { try? LuaDecoder.decode(Self.self, from: $0) }
        // Whatever the text is, a person has to be asked.
        self = question ?? Self(call: StepMismatch.call(step.name, step.input), reason: text)
    }
}

/// A question that a run waits for.
public struct OpenQuestion: Hashable, Sendable {
    /// The step that it is about.
    public let step: StepKey
    /// What the step does.
    public let kind: StepKind
    /// The question.
    public let question: StepQuestion

    /// The questions about a run's steps, in the order of the steps.
    public static func all(about steps: [StepRecord]) -> [OpenQuestion] {
        steps.compactMap { step in
            StepQuestion(about: step).map { OpenQuestion(step: step.key, kind: step.kind, question: $0) }
        }
    }
}

/// What a person decides about a step of which nobody else can tell whether it happened.
public enum StepChoice: Hashable, Sendable {
    /// It happened, and what came of it has this id.
    case adopt(String)
    /// It happened; the script gets nil as its answer. Not for a start, of which an id is needed.
    case happened
    /// It did not happen, or may happen once more.
    case startAgain
    /// What the script asks is answered so: by one of its choices, or by the only beginning of one.
    case answer(String)
    /// The run ends here, as failed.
    case giveUp
}
