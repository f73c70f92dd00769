public import RunJournal

extension RunStore {
    /// An empty journal in memory; a write for which `failure` returns an error does not happen.
    public static func failing(_ failure: @escaping @Sendable (Write) -> JournalError?) -> RunStore {
        RunStore().watched(before: failure)
    }

    /// What a journal throws whose disk is full.
    public static let diskFull = JournalError(.diskFull, "the disk is full", fix: "Free some space.")

    /// The steps of all runs as `kind name state`, in the order in which they were recorded.
    package var stepLines: [String] {
        get throws { try allSteps.map { "\($0.kind) \($0.name) \($0.state.rawValue)" } }
    }
}
