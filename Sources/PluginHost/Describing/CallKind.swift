public import RunJournal

/// What a host function means for the journal of its run.
public enum CallKind: Hashable, Sendable {
    /// A journaled step (J): its result is recorded, and a resumed run takes it from the journal.
    case step(StepKind)
    /// A journaled step that its body records itself, since more than a result belongs to it.
    case recorded(StepKind)
    /// Made of steps that are journaled themselves.
    case composite
    /// Said, not done (O): not journaled, and silent while a run is replayed.
    case observation
    /// Depends on its arguments alone (P).
    case pure

    /// What the kind means to who writes a script.
    var sentence: String {
        switch self {
        case .step, .recorded: "A step: its result is recorded in the run's journal."
        case .composite: "Made of steps that are recorded in the run's journal."
        case .observation: "An observation: it changes nothing and is not recorded."
        case .pure: "Depends on its arguments alone; it is not recorded."
        }
    }
}
