public import BackupAPI
public import LuaKit
public import RunJournal
import Synchronization

/// One run: what its host functions need, and what they leave behind.
public final class RunContext: Sendable {
    /// What the run may do.
    enum Mode: Sendable {
        /// All.
        case live
        /// Only repeat what the journal has.
        case replay
        /// Only say what it would do.
        case plan
    }

    /// The run's id.
    public let id: String
    /// The script's name.
    public let script: String
    /// What the script was given: names and values, and the rest as a list.
    public let arguments: LuaValue
    /// How often the run was taken up; 1 for the first time.
    public let attempt: Int
    /// What does the backups.
    public let service: any BackupService
    /// What the host takes from its surroundings.
    public let environment: HostEnvironment
    let seed: Int64
    let mode: Mode
    /// What each run did; a function of a module reads from it in its step, and writes by `commitStep`.
    public let journal: any RunStore
    let lease: RunLease
    /// What the journal had of the run when it was taken up.
    let recorded: RecordedSteps
    private let news: @Sendable (RunEvent) -> Void
    private let memory: Mutex<Memory>

    /// What changes while the script runs.
    private struct Memory {
        /// Weak, since the state's functions hold the run.
        weak var state: LuaState?
        /// By the task's path.
        var nextSequences: [String: Int] = [:]
        /// How often functions of the script were called, by the task's path.
        var callCounts: [String: Int] = [:]
        var halt: RunHalt?
        var isCancelled = false
        var size: JournalSize
        var isSizeWarned = false
        var claimed: Set<String>
        var ticks: [StepRecord] = []
        var planned: [PlannedStep] = []
        var tasks: [ScriptTask] = []
        var outcomes: [Outcome] = []
        var finish: (outcome: Outcome, message: String?)?
        var started: [StartedBackup] = []
        var finished: Set<ResourceID<Backup>> = []
        var configurationNames: [ResourceID<Configuration>: String] = [:]
        var blocks: [ReportBlock] = []
        var reportBytesLeft = reportBytes
        /// By their types.
        var attachments: [ObjectIdentifier: any AnyObject & Sendable] = [:]
    }

    /// A backup that the run started.
    struct StartedBackup: Sendable {
        let id: ResourceID<Backup>
        /// Its record at the start; `nil` when the start is one of the journal's.
        let record: Backup?
    }

    /// Bytes that a script may add to its report: it grows outside the script's own memory.
    static let reportBytes = 8 << 20

    init(
        _ run: RunRecord,
        mode: Mode,
        arguments: LuaValue,
        recorded: [StepRecord] = [],
        service: any BackupService,
        environment: HostEnvironment,
        journal: any RunStore,
        state: LuaState,
        observe: @escaping @Sendable (RunEvent) -> Void
    ) {
        id = run.id
        script = run.scriptName
        attempt = run.attempt
        seed = run.seed
        self.mode = mode
        self.arguments = arguments
        self.recorded = RecordedSteps(recorded)
        self.service = service
        self.environment = environment
        self.journal = journal
        lease = RunLease(
            RunClaim(run: run.id, fence: run.fence),
            journal: journal,
            length: environment.leaseLength,
            now: environment.now
        )
        news = observe
        memory = Mutex(
            Memory(
                state: state,
                size: self.recorded.size,
                claimed: self.recorded.references(of: .start)
            )
        )
    }

    /// Calls a function of the script, from a host function that the script waits for. Cancelling the task ends the call
    /// alone.
    func call(_ function: LuaFunction, _ arguments: [LuaValue]) async throws -> [LuaValue] {
        let path = TaskScope.current.path
        let (state, count) = memory.withLock { memory in
            memory.callCounts[path, default: 0] += 1
            return (memory.state, memory.callCounts[path, default: 0])
        }
        guard let state else { throw CancellationError() }
        return try await state.call(
            function,
            arguments,
            randomStream: Self.stableHash("\(path):\(count)"),
            cancellation: .ofCall
        )
    }

    /// A hash that is the same in every process (FNV-1a).
    static func stableHash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    // MARK: Steps

    func nextSequence(of path: String) -> Int {
        memory.withLock { memory in
            let sequence = memory.nextSequences[path, default: 0]
            memory.nextSequences[path] = sequence + 1
            return sequence
        }
    }

    /// Whether the current task repeats what the journal has of it: what it says was said before.
    var isRepeating: Bool {
        let path = TaskScope.current.path
        let next = memory.withLock { $0.nextSequences[path, default: 0] }
        return recorded.reaches(next, of: path)
    }

    /// Tells a piece of news, unless it was told when the run did this the first time.
    public func observe(_ event: RunEvent) {
        if !isRepeating { news(event) }
    }

    /// Tells that the run has ended, whatever it repeats.
    func finished(_ result: RunResult) {
        news(.finished(result))
    }

    /// Notes a record that is about to be written, and answers the run's size with it.
    func note(_ record: StepRecord) -> JournalSize {
        memory.withLock { memory in
            memory.size.add(record)
            return memory.size
        }
    }

    var journalSize: JournalSize { memory.withLock { $0.size } }

    /// Whether the warning that the journal is nearly full is still to be given; not any more afterwards.
    func takeSizeWarning() -> Bool {
        memory.withLock { memory in
            defer { memory.isSizeWarned = true }
            return !memory.isSizeWarned
        }
    }

    func addTick(_ record: StepRecord) -> Int {
        memory.withLock { memory in
            memory.ticks.append(record)
            return memory.ticks.count
        }
    }

    func takeTicks() -> [StepRecord] {
        memory.withLock { memory in
            defer { memory.ticks = [] }
            return memory.ticks
        }
    }

    /// Ids that came of starts of this run.
    var claimedReferences: Set<String> { memory.withLock { $0.claimed } }

    func noteClaimed(_ id: String) {
        memory.withLock { _ = $0.claimed.insert(id) }
    }

    func notePlanned(_ step: PlannedStep) {
        memory.withLock { $0.planned.append(step) }
    }

    var plannedSteps: [PlannedStep] { memory.withLock { $0.planned } }

    // MARK: Attachments

    /// What a module keeps for this run alone: the run's one object of a type, made where there is none yet.
    public func attachment<Value: AnyObject & Sendable>(_ make: () -> Value) -> Value {
        memory.withLock { memory in
            let key = ObjectIdentifier(Value.self)
            if let known = memory.attachments[key] as? Value { return known }
            let made = make()
            memory.attachments[key] = made
            return made
        }
    }

    // MARK: Halting

    /// Why the run has stopped; `nil` while it has not.
    var haltReason: RunHalt? { memory.withLock { $0.halt } }

    /// Stops the run: whatever it calls from now on throws, and what it waits for is cancelled. The first reason counts.
    @discardableResult func halt(_ reason: RunHalt) -> RunHalted {
        let (first, tasks, state) = memory.withLock { memory in
            memory.halt = memory.halt ?? reason
            return (memory.halt ?? reason, memory.tasks, memory.state)
        }
        for task in tasks { task.cancel() }
        state?.cancel()
        return RunHalted(halt: first)
    }

    /// Cancels the run as if its task were cancelled.
    func cancel() {
        let (tasks, state) = memory.withLock { memory in
            memory.isCancelled = true
            return (memory.tasks, memory.state)
        }
        for task in tasks { task.cancel() }
        state?.cancel()
    }

    /// Whether somebody asked for a cancellation.
    var isCancelled: Bool { memory.withLock { $0.isCancelled } }

    func checkHalt() throws {
        if let halt = haltReason { throw RunHalted(halt: halt) }
    }

    // MARK: Tasks

    /// Keeps a task until the run's end.
    func add(_ task: ScriptTask) {
        let isHalted = memory.withLock { memory in
            memory.tasks.append(task)
            return memory.halt != nil || memory.isCancelled
        }
        if isHalted { task.cancel() }
    }

    /// Waits for the tasks that the script has spawned, and answers the first failure that nobody waited for.
    func awaitTasks() async -> (any Error)? {
        var failure: (any Error)?
        var count = 0
        while case let all = memory.withLock({ $0.tasks }), count < all.count {
            if case .failure(let error) = await all[count].end(), !all[count].isAwaited {
                failure = failure ?? error
            }
            count += 1
        }
        return failure
    }

    // MARK: Outcome

    /// The outcome so far: what the script said, else the worst of what it waited for.
    var outcome: Outcome {
        memory.withLock { $0.finish?.outcome ?? $0.outcomes.max() ?? .ok }
    }

    /// What the script said of its outcome.
    var message: String? {
        memory.withLock { $0.finish?.message }
    }

    func finish(_ outcome: Outcome, message: String?) {
        memory.withLock { $0.finish = (outcome, message) }
    }

    /// Counts something that ended so, unless the script says what the outcome is.
    public func note(_ outcome: Outcome) {
        memory.withLock { $0.outcomes.append(outcome) }
    }

    // MARK: Backups

    /// Notes a backup of the configuration that the script called so.
    func noteStart(of backup: Backup, configuration reference: String) {
        memory.withLock { memory in
            memory.started.append(StartedBackup(id: backup.id, record: backup))
            if reference != backup.configuration.id.rawValue {
                memory.configurationNames[backup.configuration.id] = reference
            }
        }
        news(.backupStarted(backup, configuration: name(of: backup)))
    }

    /// Notes a start of the journal's.
    func noteStart(of id: ResourceID<Backup>) {
        memory.withLock { $0.started.append(StartedBackup(id: id, record: nil)) }
    }

    func noteEnd(of backup: Backup) {
        guard noteEnd(of: backup.id, in: backup.state) else { return }
        news(.backupFinished(backup, configuration: name(of: backup)))
    }

    /// Notes the end of a backup; answers whether it is news.
    @discardableResult func noteEnd(of id: ResourceID<Backup>, in state: ActivityState) -> Bool {
        memory.withLock { memory in
            guard memory.finished.insert(id).inserted else { return false }
            if let outcome = state.outcome { memory.outcomes.append(outcome) }
            return true
        }
    }

    /// The name of a backup's configuration, as far as the run knows it.
    func name(of backup: Backup) -> String {
        backup.local?.configurationName
            ?? memory.withLock { $0.configurationNames[backup.configuration.id] }
            ?? backup.configuration.id.rawValue
    }

    /// Backups that the run started and has not seen the end of.
    var unfinished: [StartedBackup] {
        memory.withLock { memory in memory.started.filter { !memory.finished.contains($0.id) } }
    }

    // MARK: Report

    /// Adds a part to the report; throws when it is full.
    func report(_ block: ReportBlock) throws {
        let size = block.size
        try memory.withLock { memory in
            guard size <= memory.reportBytesLeft else {
                throw BackupError(
                    .unsupported,
                    "the report has more than \(Figures.bytes(Int64(Self.reportBytes)))"
                )
            }
            memory.reportBytesLeft -= size
            memory.blocks.append(block)
        }
    }

    var reportBlocks: [ReportBlock] {
        memory.withLock { $0.blocks }
    }
}
