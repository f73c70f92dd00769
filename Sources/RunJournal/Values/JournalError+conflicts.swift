extension JournalError {
    /// A run cannot end twice.
    public static func alreadyOver(_ run: String, status: RunStatus) -> JournalError {
        JournalError(.conflict, "run '\(run)' is over already, as \(status)")
    }

    /// A step cannot end twice.
    public static func alreadyEnded(_ key: StepKey, state: StepState) -> JournalError {
        JournalError(.conflict, "step '\(key)' has ended already, as \(state.rawValue)")
    }

    /// Somebody else took the run after it was looked at.
    public static func takenAlready(_ run: String) -> JournalError {
        JournalError(.conflict, "run '\(run)' was taken by another process just now")
    }

    /// A run requires one source under one name.
    public static func otherModule(_ module: String, run: String, kept: String, given: String) -> JournalError
    {
        JournalError(
            .conflict,
            "run '\(run)' has required '\(module)' as the source '\(kept)', and this one is '\(given)'"
        )
    }

    /// Only a parked run waits for a decision.
    public static func notParked(_ run: String, status: RunStatus) -> JournalError {
        JournalError(.conflict, "run '\(run)' is not parked but \(status), so there is nothing to decide")
    }

    /// Nobody asks about the step.
    public static func noQuestion(about step: StepKey) -> JournalError {
        JournalError(.conflict, "no question is asked about step '\(step)'")
    }

    /// A claim is good for the steps of its own run.
    public static func otherRunsStep(_ step: StepKey, _ claim: RunClaim) -> JournalError {
        JournalError(.conflict, "step '\(step)' is not one of run '\(claim.run)'")
    }

    /// A claim is good for the messages of its own run.
    public static func otherRunsMessage(_ message: OutboxMessage, _ claim: RunClaim) -> JournalError {
        JournalError(.conflict, "message '\(message.key)' is not one of run '\(claim.run)'")
    }

    /// Another message has this key.
    public static func sentAlready(_ message: OutboxMessage) -> JournalError {
        JournalError(.conflict, "message '\(message.key)' was sent already")
    }

    /// A step is recorded once.
    public static func recordedAlready(_ step: StepKey) -> JournalError {
        JournalError(.conflict, "step '\(step)' is recorded already")
    }

    /// A run is recorded once.
    public static func recordedAlready(run: String) -> JournalError {
        JournalError(.conflict, "run '\(run)' is recorded already")
    }

    /// A slot of a schedule is used once.
    public static func usedAlready(_ slot: ScheduleSlot) -> JournalError {
        JournalError(
            .conflict,
            "the slot \(slot.time) of the schedule '\(slot.schedule)' is recorded already"
        )
    }

    /// A run begins on the source of its script.
    public static func otherScript(_ source: ScriptSource, run: RunRecord) -> JournalError {
        JournalError(
            .conflict,
            "run '\(run.id)' has the script '\(run.scriptSHA256)', and the source is '\(source.sha256)'"
        )
    }

    /// Two steps of one kind cannot own the same thing.
    public static func referenceTaken(_ reference: String, kind: StepKind, owner: StepKey, by step: StepKey)
        -> JournalError
    {
        JournalError(
            .conflict,
            "'\(reference)' was recorded by the \(kind) step '\(owner)' and cannot be by '\(step)' too"
        )
    }
}
