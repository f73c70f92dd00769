public import BackupAPI
public import LuaKit
public import RunJournal
import Synchronization

/// One run as its host functions have it: who it is, and the parts that each look after one thing.
public final class RunContext: Sendable {
    /// The run's id.
    public let id: String
    /// The script's name.
    public let script: String
    /// What the script was given: names and values, and the rest as a list.
    public let arguments: LuaValue
    /// When it began the first time.
    public let began: Timestamp
    /// How often the run was taken up; 1 for the first time.
    public let attempt: Int
    /// What the host takes from its surroundings.
    public let environment: HostEnvironment
    /// What its script may do.
    public let permissions: RunPermissions
    /// The functions of its script.
    public let functions: ScriptFunctions
    /// What its outcome is made of.
    public let outcomes: RunOutcomes
    /// What it tells its reader.
    let report: RunReport
    /// What it tells hooks.
    public let hooks: HookQueue
    let stop = RunStop()
    let tasks: TaskList
    let mode: RunMode
    let seed: Int64
    /// The names that scripts can use.
    let names: ScriptNames
    /// What the script's values may take at most.
    let memoryLimit: Int
    /// What the file calls while it is loaded.
    let loading: LoadWatch
    let news: @Sendable (RunEvent) -> Void
    private let recorder: StepRecorder?
    private let attachments = Mutex<[ObjectIdentifier: any AnyObject & Sendable]>([:])

    /// Makes a run; one that only loads a file has nothing that does its steps.
    init(
        _ run: RunRecord,
        mode: RunMode,
        arguments: LuaValue,
        environment: HostEnvironment,
        state: LuaState,
        limits: LuaLimits,
        names: ScriptNames,
        loading: LoadWatch,
        work: RunWork?,
        observe: @escaping @Sendable (RunEvent) -> Void
    ) {
        id = run.id
        script = run.scriptName
        began = Timestamp(microseconds: run.started)
        attempt = run.attempt
        seed = run.seed
        self.mode = mode
        self.arguments = arguments
        self.environment = environment
        self.names = names
        self.loading = loading
        news = observe
        memoryLimit = limits.memoryBytes
        permissions = RunPermissions(environment.permissions, script: run.scriptName)
        functions = ScriptFunctions(state)
        outcomes = RunOutcomes()
        report = RunReport(title: run.scriptName)
        tasks = TaskList(limit: limits.tasks)
        let hooks = HookQueue()
        self.hooks = hooks
        recorder = work?.recorder(of: run, mode, environment, permissions, names, stop) { news in
            switch news {
            case .failed(let step): hooks.raise(.failure(of: step))
            case .warning(let text): observe(.log(.warn, text, fields: .record([:])))
            }
        }
        stop.follow { [tasks, functions] _ in
            tasks.cancelAll()
            functions.cancel()
        }
    }

    /// What records its steps. Throws `called_while_loading` in a file that is only loaded, as all that needs it does.
    public var steps: StepRecorder {
        get throws {
            guard let recorder else { throw WorkflowError.calledWhileLoading(script, script: script) }
            return recorder
        }
    }

    /// What does the backups.
    public var service: any BackupService { get throws { try steps.service } }

    /// What each run did; a function of a module reads from it in its step, and writes by ``StepRecorder/commit(_:write:)``.
    public var journal: RunStore { get throws { try steps.writer.journal } }

    /// The key of the step whose body runs now, the same whenever the run is taken up again: for services that do what they
    /// are asked with one key only once. `nil` outside a step.
    public var stepKey: String? { TaskScope.current.step?.description }

    /// The call whose body runs now, for one that records itself.
    public var currentCall: StepCall {
        TaskScope.current.call ?? StepCall(name: "", kind: .effect, arguments: [])
    }

    /// Whether the run only says what it would do.
    public var isPlan: Bool { mode == .plan }

    /// Whether the run has stopped without being over: what a function of a module would tidy up is still needed.
    public var isHalted: Bool { stop.reason != nil }

    /// Tells a piece of news, unless it was told when the run did this the first time. A replay tells all again.
    public func observe(_ event: RunEvent) {
        if mode == .replay || recorder?.positions.isRepeating != true { news(event) }
    }

    /// The time that a step has which began at a moment, as a step hands it to its body.
    public func time(_ length: Duration, since began: Timestamp) -> StepTime {
        StepTime(length, since: began, in: environment)
    }

    /// What a module keeps for this run alone: the run's one object of a type, made where there is none yet.
    public func attachment<Value: AnyObject & Sendable>(_ make: () -> Value) -> Value {
        attachments.withLock { attachments in
            let key = ObjectIdentifier(Value.self)
            if let known = attachments[key] as? Value { return known }
            let made = make()
            attachments[key] = made
            return made
        }
    }

    /// Throws `permission_denied` unless the run has the permission; in a plan too, which reads what it may read.
    public func require(_ permission: Permission) throws { try permissions.require(permission) }
}
