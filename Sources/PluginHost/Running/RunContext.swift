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
        /// Only load the file.
        case load
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
    /// The names that scripts can use.
    let globals: [String]
    let tasks: TaskList
    /// What the script's values may take at most.
    let memoryLimit: Int
    /// What the file calls while it is loaded.
    let loading: LoadWatch
    let news: @Sendable (RunEvent) -> Void
    let memory: Mutex<RunMemory>

    init(
        _ run: RunRecord,
        mode: Mode,
        arguments: LuaValue,
        recorded: [StepRecord] = [],
        service: any BackupService,
        environment: HostEnvironment,
        journal: any RunStore,
        state: LuaState,
        limits: LuaLimits,
        globals: [String],
        leaseBegan: ContinuousClock.Instant,
        loading: LoadWatch,
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
        self.globals = globals
        lease = RunLease(
            RunClaim(run: run.id, fence: run.fence),
            journal: journal,
            length: environment.leaseLength,
            began: leaseBegan,
            isCancellationRequested: run.isCancellationRequested,
            now: environment.now
        )
        tasks = TaskList(limit: limits.tasks)
        memoryLimit = limits.memoryBytes
        self.loading = loading
        news = observe
        memory = Mutex(
            RunMemory(state: state, permissions: environment.permissions, recorded: self.recorded)
        )
    }

    /// Calls a function of the script, from a host function that the script waits for. Cancelling the task ends the call
    /// alone.
    func call(_ function: LuaFunction, _ arguments: [LuaValue] = []) async throws -> [LuaValue] {
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

    /// Calls a function of the script as a part of a step, beneath which its own steps are counted; answers its first
    /// result.
    func call(
        _ function: LuaFunction,
        _ arguments: [LuaValue] = [],
        beneath step: StepKey,
        _ index: Int = 0
    ) async throws -> LuaValue {
        try await TaskScope.$current.withValue(TaskScope.current.beneath(step, index)) {
            try await call(function, arguments).first ?? .nil
        }
    }

    /// Goes on with another state, which its functions are of from now on.
    func replaceState(_ state: LuaState) {
        memory.withLock { $0.state = state }
    }

    /// A hash that is the same in every process (FNV-1a).
    static func stableHash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
