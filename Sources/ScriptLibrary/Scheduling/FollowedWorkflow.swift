import BackupAPI
import RunJournal

/// A workflow that a scheduler looks after, and how far it has come.
struct FollowedWorkflow: Sendable {
    var workflow: ScheduledWorkflow
    /// By how much starts are put off.
    let delay: Duration
    /// All slots up to this moment have been dealt with.
    var position: Timestamp
    /// The next slot; `nil` when none comes.
    private(set) var next: Timestamp?
    /// The slot whose run begins as soon as the last one is over.
    var waiting: Timestamp?
    /// The run that began last at a slot.
    var lastRun: RunRecord.ID?
    /// Why it may not run; `nil` when it may.
    var refusal: String?

    init(_ workflow: ScheduledWorkflow, seed: String, position: Timestamp) {
        self.workflow = workflow
        self.position = position
        delay = workflow.schedule.delay(seed: seed, of: workflow.name)
        moveOn(to: position)
    }

    var name: String { workflow.name }

    /// When the next run begins; `nil` when none does.
    var nextStart: Timestamp? { next.map(start) }

    /// When the run of a slot begins.
    func start(of slot: Timestamp) -> Timestamp { slot.advanced(by: delay) }

    /// The last moment whose slot may begin at another one.
    func lastSlot(at now: Timestamp) -> Timestamp { now.advanced(by: .zero - delay) }

    /// Goes on to a moment, and finds the next slot.
    mutating func moveOn(to moment: Timestamp) {
        position = moment
        next = workflow.schedule.moments(after: moment, limit: 1).first
    }

    /// A slot as the journal has it.
    func slot(_ time: Timestamp, _ state: SlotState, _ message: String? = nil, at now: Timestamp)
        -> ScheduleSlot
    {
        ScheduleSlot(
            schedule: name,
            time: time.microseconds,
            rule: workflow.schedule.rule,
            state: state,
            message: message,
            recorded: now.microseconds
        )
    }
}
