public import BackupAPI
public import PluginHost
public import RunJournal

/// What a scheduler has to tell of the workflows that it looks after.
public enum WorkflowNews: Sendable {
    /// A workflow runs by itself from now on; its next run begins at `next`, `nil` for never.
    case scheduled(ScheduledWorkflow, next: Timestamp?)
    /// A workflow was changed, and its next run is of the new text.
    case changed(ScheduledWorkflow, next: Timestamp?)
    /// A workflow is gone, or has no schedule any more.
    case unscheduled(String, isRemoved: Bool)
    /// A file cannot be loaded; where it was scheduled, it is not any more.
    case broken(String, problem: String, wasScheduled: Bool)
    /// A workflow does not run, since it may not.
    case refused(String, problem: String)
    /// A workflow that might not run may run now.
    case granted(String)
    /// A run began at a slot.
    case began(String, run: RunRecord.ID, slot: Timestamp)
    /// A run has news.
    case event(String, RunEvent)
    /// A run ended, or stopped.
    case ended(String, RunResult)
    /// A run that had begun was not executed.
    case lost(String, run: RunRecord.ID, problem: String)
    /// Slots passed and nobody looked after the schedule in time; oldest first.
    case missed(String, [Timestamp])
    /// Nothing began at a slot, since another run goes on.
    case skipped(String, slot: Timestamp, running: RunRecord.ID)
    /// A run begins when another one is over.
    case waits(String, slot: Timestamp, running: RunRecord.ID)
    /// A schedule cannot be followed at the moment.
    case failed(String, problem: String)
    /// A file changed that workflows may require.
    case file(FileChange)
    /// Something is wrong with a plugin.
    case plugin(String, problem: String)
}

extension WorkflowNews: CustomStringConvertible {
    /// The news as a line for people.
    public var description: String {
        switch self {
        case .scheduled(let workflow, let next): "\(workflow.name) is scheduled: \(workflow.when(next))"
        case .changed(let workflow, let next): "\(workflow.name) changed: \(workflow.when(next))"
        case .unscheduled(let name, true): "\(name) was removed and is not scheduled any more"
        case .unscheduled(let name, false): "\(name) changed: it has no schedule any more"
        case .broken(let name, let problem, let wasScheduled):
            "\(name) \(wasScheduled ? "is not scheduled any more" : "cannot be loaded"): \(problem)"
        case .refused(let name, let problem): "\(name) does not run: \(problem)"
        case .granted(let name): "\(name) may run now"
        case .began(let name, let run, let slot): "run \(run) of \(name) began, due \(slot.wholeSeconds)"
        case .event(let name, let event): "\(name): \(event)"
        case .ended(let name, let result): result.sentence(of: name)
        case .lost(let name, let run, let problem):
            "run \(run) of \(name) cannot go on: \(problem)"
        case .missed(let name, let slots): Self.missed(name, slots)
        case .skipped(let name, let slot, let running):
            "\(name) did not run at \(slot.wholeSeconds): run \(running) goes on"
        case .waits(let name, let slot, let running):
            "\(name), due \(slot.wholeSeconds), waits until run \(running) is over"
        case .failed(let name, let problem): "\(name) cannot be run now: \(problem)"
        case .file(let change): "\(change.name) was \(change.kind.rawValue)"
        case .plugin(let name, let problem): "plugin \(name): \(problem)"
        }
    }

    private static func missed(_ name: String, _ slots: [Timestamp]) -> String {
        guard let first = slots.first, let last = slots.last, slots.count > 1 else {
            return "\(name) missed its run of \(slots.first?.wholeSeconds ?? "")"
        }
        return
            "\(name) missed \(slots.count) runs, due from \(first.wholeSeconds) to \(last.wholeSeconds)"
    }
}

extension ScheduledWorkflow {
    /// `30 2 * * * (UTC), next 2026-03-01T02:30:00Z`
    fileprivate func when(_ next: Timestamp?) -> String {
        "\(schedule.words) (\(schedule.zone)), " + (next.map { "next \($0.wholeSeconds)" } ?? "never again")
    }
}

extension RunResult {
    /// How the run of a workflow ended, or why it stopped.
    fileprivate func sentence(of name: String) -> String {
        guard halt == nil else { return "run \(id) of \(name) stopped: \(message ?? "")" }
        return "run \(id) of \(name) ended: \(status)" + (message.map { ": \($0)" } ?? "")
    }
}
