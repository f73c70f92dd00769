import BackupAPI
import LuaKit
import RunJournal

/// What changes of a run while its script runs.
struct RunMemory {
    /// Weak, since the state's functions hold the run.
    weak var state: LuaState?
    /// By the task's path.
    var nextSequences: [String: Int] = ["0": 0]
    /// How often functions of the script were called, by the task's path.
    var callCounts: [String: Int] = [:]
    /// Paths of tasks that were given up, and so need not do all that the journal has of them.
    var abandoned: Set<String> = []
    /// Loops, by the paths of their ticks, that go through what the journal has of them; each says what it said before.
    var repeatingLoops: Set<String> = []
    var halt: RunHalt?
    var permissions: Permissions
    var isCancelled = false
    var size: JournalSize
    var isSizeWarned = false
    /// Ids that came of starts of this run.
    var claimed: Set<String>
    var ticks: [StepRecord] = []
    var planned: [PlannedStep] = []
    /// Locks that the run's tasks hold, by their names.
    var heldLocks: [String: Set<StepKey>] = [:]
    /// What the script waited for ended so, by the path of the task that did.
    var outcomes: [(outcome: Outcome, path: String)] = []
    var finish: (outcome: Outcome, message: String?)?
    var started: [StartedBackup] = []
    var finished: Set<ResourceID<Backup>> = []
    var configurationNames: [ResourceID<Configuration>: String] = [:]
    var blocks: [ReportBlock] = []
    var reportBytesLeft = RunContext.reportBytes
    /// What calls the hooks; `nil` where there are none.
    var hooks: HookCaller?
    /// What has happened and hooks are still to be told of.
    var occurrences: [HookOccurrence] = []
    /// The hooks that are called now.
    var calledHooks: [ObjectIdentifier: RunContext] = [:]
    /// The worst that failures of hooks mean for the run.
    var hookFailure: (outcome: Outcome, message: String)?
    /// What modules keep for the run, by its type.
    var attachments: [ObjectIdentifier: any AnyObject & Sendable] = [:]

    init(state: LuaState, permissions: Permissions, recorded: RecordedSteps) {
        self.state = state
        self.permissions = permissions
        size = recorded.size
        claimed = recorded.references(of: .start)
    }
}

/// A backup that the run started.
struct StartedBackup: Sendable {
    let id: ResourceID<Backup>
    /// Its record at the start; `nil` when the start is one of the journal's.
    let record: Backup?
}
