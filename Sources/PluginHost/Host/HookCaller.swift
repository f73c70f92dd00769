import BackupAPI
import LuaKit
import RunJournal
import Synchronization

/// One call of a hook.
struct HookCall: Sendable {
    let hook: HookDeclaration
    let plugin: HookPlugin
    let occurrence: HookOccurrence
    let key: StepKey
}

/// Calls the hooks of a run, each in a state of its own.
struct HookCaller: Sendable {
    let host: PluginHost
    let run: RunRecord
    /// By name.
    let plugins: [HookPlugin]
    /// What is wrong with plugins that have no hooks for it.
    let problems: [String]

    init(_ plugins: [HookPlugin], for run: RunRecord, host: PluginHost, problems: [String] = []) {
        self.problems = problems
        self.plugins = plugins.sorted { $0.name < $1.name }
        self.run = run
        self.host = host
    }

    /// Calls a hook until its time is over, and returns the outcome of what it waited for.
    ///
    /// Throws what it fails with, and `RunHalted` where the run stops in it.
    func perform(_ call: HookCall, in parent: RunContext) async throws -> Outcome {
        let loading = LoadWatch()
        let execution = try await makeExecution(call, in: parent, loading)
        let context = execution.context
        // The run stops with all of them; what cancels it does not cancel them, whose time limit ends them.
        let forget = parent.stop.follow { halt in if let halt { context.stop.halt(halt) } }
        defer { forget() }
        let path = TaskScope.path(beneath: call.key)
        let fields = await call.occurrence.fields()
        let main = TaskScope.$current.withValue(TaskScope(rootPath: path)) {
            ScriptTask(path: path, waits: context.tasks.waits, on: parent.environment.taskExecutor) {
                try await execution.callHook(call, payload(fields, of: call, in: parent), loading)
            }
        }
        main.noteAwaited()
        context.tasks.addMain(main)
        let timer = HookTimer()
        let end = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await timer.run(for: call.hook.timeout, on: parent.environment.clock) {
                    context.stop.cancel()
                }
            }
            let end = await main.end()
            group.cancelAll()
            return end
        }
        let failure = await context.tasks.end()
        if let halt = context.stop.reason { throw parent.stop.halt(halt) }
        try parent.stop.checkGone()
        let isLoop = if case .failure(let error as LuaError) = end { error.code == .timeLimit } else { false }
        if timer.isOver || isLoop { throw HookTimedOut(after: call.hook.timeout) }
        _ = try end.get()
        if let failure { throw failure }
        return context.outcomes.outcome
    }

    private func makeExecution(_ call: HookCall, in parent: RunContext, _ loading: LoadWatch) async throws
        -> RunExecution
    {
        var host = host
        host.environment.permissions = call.plugin.permissions
        host.limits.runningTime = call.hook.timeout
        var record = run
        record.scriptName = call.plugin.source.name
        return try await host.loader.makeExecution(
            record,
            .live,
            work: RunWork(
                service: host.service,
                journal: host.journal,
                recorded: try parent.steps.positions.recorded.all(beneath: call.key)
            ),
            sources: try await host.journal.modules(of: run.id),
            loading: loading,
            observe: parent.news
        )
    }

    private func payload(_ fields: [String: LuaValue], of call: HookCall, in parent: RunContext) -> LuaValue {
        let run = LuaValue.record(["id": .string(parent.id), "script": .string(parent.script)])
        return .record(
            fields.merging(["event": .string(call.hook.event), "run": run]) { field, _ in field }
        )
    }
}

extension RunExecution {
    /// Loads a plugin, in which nothing may be called meanwhile, and calls one of its hooks.
    fileprivate func callHook(_ call: HookCall, _ payload: LuaValue, _ loading: LoadWatch) async throws
        -> [LuaValue]
    {
        loading.refuse(true)
        HookRegistry.of(context).open()
        let loaded: Result<[LuaValue], any Error>
        do {
            loaded = .success(try await state.run(call.plugin.source, randomStream: 0))
        } catch {
            loaded = .failure(error)
        }
        let hooks = HookRegistry.of(context).close()
        if let function = loading.all.first?.function {
            throw WorkflowError.calledWhileLoading(function, script: call.plugin.source.name)
        }
        _ = try loaded.get()
        loading.refuse(false)
        guard hooks.indices.contains(call.key.sequence), hooks[call.key.sequence].declaration == call.hook
        else {
            throw WorkflowError(
                .badManifest,
                call.plugin.source.name,
                "the hook for '\(call.hook.event)' is not registered each time that the file is loaded"
            )
        }
        return try await state.call(
            hooks[call.key.sequence].function,
            [payload],
            randomStream: ScriptFunctions.stableHash(call.key.description)
        )
    }
}

/// What a hook fails with that takes too long.
struct HookTimedOut: LuaErrorConvertible, CustomStringConvertible {
    let timeout: Duration

    init(after timeout: Duration) {
        self.timeout = timeout
    }

    var description: String { "it was not over after \(Figures.duration(timeout))" }
    var luaMessage: String { description }
    var luaFields: [String: LuaValue] {
        ["code": "timed_out", "message": .string(description), "retryable": false]
    }
}

/// Ends a hook that takes too long.
private final class HookTimer: Sendable {
    private let state = Atomic(false)

    /// Whether the time has passed.
    var isOver: Bool { state.load(ordering: .relaxed) }

    /// Waits, and calls `end` then; does nothing when it is cancelled before.
    func run(for time: Duration, on clock: any Clock<Duration>, end: () -> Void) async {
        guard (try? await clock.sleep(for: time)) != nil else { return }
        state.store(true, ordering: .relaxed)
        end()
    }
}
