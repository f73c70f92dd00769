/// What a person decided about a step of which nobody else can tell whether it happened.
public enum StepDecision: Hashable, Sendable {
    /// It happened: its answer as a JSON text, and the other side's id of what was done.
    case adopt(output: String, externalReference: String?)
    /// It did not happen, or may happen again.
    case again
    /// The run ends here, with this message.
    case giveUp(message: String)
}

extension StepRecord {
    /// Whether a decision about the step can be taken where its run stands so.
    func mayBeDecided(_ decision: StepDecision, whileRunIs status: RunStatus) -> Bool {
        guard kind == .ask, case .adopt = decision else { return status == .parked }
        return !status.isOver
    }
}
