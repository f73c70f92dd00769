import CLua

/// One Lua state with its own environment, limits and thread.
///
/// States share nothing, so that what a script does to its environment ends with its state. Scripts see an allow
/// list of the standard library, or in a trusted ``LuaEnvironment`` all of it, and what is registered here.
public actor LuaState {
    private let executor: LuaExecutor
    let core: LuaCore
    private let interrupt: Interrupt
    private let clock: any Clock<Duration>
    /// The coroutines of the runs and calls that are under way, by their slots.
    private var underWay: [Int64: LuaCoroutine] = [:]

    /// The thread that the state runs on.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Makes a state. `output` gets each line that a script prints, on the state's thread; `clock` measures the limit
    /// ``LuaLimits/wallTime``.
    ///
    /// With a `seed` what scripts see is the same in every process that gives the same seed, as <doc:Determinism> says. A
    /// trusted environment has no use for one: its scripts see what the `lua5.4` program shows them. A state that
    /// `notesLines` knows which lines have run, and runs them several times as slowly.
    ///
    /// Throws `memory_limit` when there is not enough memory for it.
    public init(
        executor: LuaExecutor,
        environment: LuaEnvironment = .sandboxed,
        limits: LuaLimits = LuaLimits(),
        seed: Int64? = nil,
        clock: any Clock<Duration> = ContinuousClock(),
        notesLines: Bool = false,
        output: @escaping @Sendable (LuaBytes) -> Void = { _ in }
    ) throws(LuaError) {
        self.executor = executor
        self.core = try LuaCore(
            environment: environment,
            limits: limits,
            seed: seed,
            numberObject: { core, object throws(LuaConversionError) in try core.number(of: object) },
            output: output
        )
        if notesLines { try core.noteLines() }
        self.clock = clock
        self.interrupt = Interrupt(graceTicks: LuaCore.ticks(limits.grace))
        interrupt.attach(core)
        core.slots.setState(self)
    }

    deinit {
        interrupt.detach()
    }

    /// Whether the caller runs on the state's thread.
    nonisolated var isOnThread: Bool { executor.isCurrent }

    /// Bytes of memory that the state holds, with what its objects say they hold.
    public var memoryUsed: Int { unsafe clua_memory_used(core.host) }

    /// Processor time that scripts have run in this state, to within 4 ms.
    public var runningTime: Duration {
        .milliseconds(Int64(unsafe clua_ticks_used(core.host)) * Int64(CLUA_TICK_MILLISECONDS))
    }

    /// Instructions counted so far, in steps of a hundred; 0 without the limit ``LuaLimits/instructions``.
    public var instructionsRun: Int { unsafe Int(clua_instructions_used(core.host)) }

    /// Handles of functions and tables that Swift holds, and coroutines that are under way.
    public var handleCount: Int {
        core.releaseDropped()
        return unsafe clua_slots_used(core.host)
    }

    // MARK: The environment

    /// Makes a module a global that scripts cannot change; `require` returns it too.
    public func add(_ module: LuaModule) throws(LuaError) {
        var writer = ValueWriter(core: core)
        writer.beginModule(module.name, members: module.functions.count + module.constants.count)
        for function in module.functions {
            writer.writeText(function.name)
            writer.writeHostFunction(try core.register(function.body, as: "\(module.name).\(function.name)"))
        }
        do throws(LuaConversionError) {
            for (name, value) in module.constants {
                writer.writeText(name)
                try writer.write(value)
            }
        } catch {
            throw LuaError(.conversion, error.description)
        }
        core.setMissingMember(of: module.name, module.missingMember)
        try setGlobal(module.name, to: writer.bytes)
    }

    /// Makes a function a global.
    public func add(_ function: LuaHostFunction) throws(LuaError) {
        var writer = ValueWriter(core: core)
        writer.writeHostFunction(try core.register(function.body, as: function.name))
        try setGlobal(function.name, to: writer.bytes)
    }

    /// Sets a global to a value.
    public func set(_ name: String, to value: LuaValue) throws(LuaError) {
        try setGlobal(name, to: core.encode(value))
    }

    /// The value of a global; `.nil` where there is none.
    public func get(_ name: String) throws(LuaError) -> LuaValue {
        try core.global(name)
    }

    private func setGlobal(_ name: String, to encoded: [UInt8]) throws(LuaError) {
        defer { core.dropUnreached() }
        guard unsafe clua_set_global(core.host, name, encoded, encoded.count, nil) == LUA_OK else {
            throw LuaError(.memoryLimit, "there is not enough memory for the global '\(name)'")
        }
    }

    // MARK: Running

    /// Runs a script to its end and returns what it returns; `arguments` are its `...`.
    ///
    /// In a state with a seed each run and each call has random numbers of its own: those of its `randomStream`, whatever
    /// else has run; or, if that is `nil`, those of its number among the runs and calls without one, in the order in which
    /// they began. In other states streams mean nothing.
    ///
    /// Cancelling the task cancels the host call that the script waits for, which raises `cancelled` in the script;
    /// after the grace period the script is ended. Throws what the script did not catch, a limit that it reached, or
    /// `task_limit` when ``LuaLimits/tasks`` runs and calls are under way already.
    public func run(
        _ source: LuaSource,
        arguments: [LuaValue] = [],
        randomStream: UInt64? = nil
    ) async throws(LuaError) -> [LuaValue] {
        try checkTasks()
        let record = try core.makeRecord(for: .ofState, randomStream: randomStream)
        var coroutine = try core.load(source)
        coroutine.record = record
        do throws(LuaError) {
            try core.pushArguments(arguments, to: coroutine)
        } catch {
            core.release(coroutine)
            throw error
        }
        return try await drive(coroutine, arguments: arguments.count, cancellation: .ofState).get()
    }

    /// Calls a function of this state; also from a host function that the script waits for. `cancellation` says what ends
    /// when the task is cancelled.
    ///
    /// Random numbers are as in ``run(_:arguments:randomStream:)``, which says what is thrown; `cancelled` is also for a call that was cancelled alone.
    public func call(
        _ function: LuaFunction,
        _ arguments: [LuaValue] = [],
        randomStream: UInt64? = nil,
        cancellation: LuaCancellation = .ofState
    ) async throws(LuaError) -> [LuaValue] {
        try checkTasks()
        let record = try core.makeRecord(for: cancellation, randomStream: randomStream)
        var coroutine = try core.start(function, arguments)
        coroutine.record = record
        return try await drive(coroutine, arguments: arguments.count, cancellation: cancellation).get()
    }

    /// Lets scripts use all of ``LuaLimits/runningTime`` and ``LuaLimits/outputBytes`` again, counted from now: for a state
    /// that does one piece of work after another. A state that a limit has ended stays ended.
    public func renewLimits() {
        core.renewLimits()
    }

    /// Ends what runs in this state, after its grace; from any thread. Nothing can run in it afterwards.
    public nonisolated func cancel() {
        interrupt.cancel()
    }

    private func drive(
        _ coroutine: LuaCoroutine,
        arguments: Int,
        cancellation: LuaCancellation
    ) async -> Result<[LuaValue], LuaError> {
        let interrupt = interrupt
        let slot = coroutine.slot
        let record = coroutine.record
        underWay[slot] = coroutine
        defer {
            underWay[slot] = nil
            core.release(coroutine)
        }
        return await withTaskCancellationHandler {
            guard let wallTime = core.limits.wallTime else {
                return await steps(of: coroutine, arguments: arguments)
            }
            return await steps(ofSlot: slot, arguments: arguments, within: wallTime)
        } onCancel: {
            switch cancellation {
            case .ofState: interrupt.cancel()
            case .ofCall: record?.cancel()
            }
        }
    }

    private func checkTasks() throws(LuaError) {
        guard underWay.count >= max(1, core.limits.tasks) else { return }
        throw LuaError(
            .taskLimit,
            "\(underWay.count) runs and calls are under way in the Lua state, and no more are allowed"
        )
    }

    /// The run is a task of its own beside the clock's, so that the end of its time can cancel what it waits for.
    private func steps(ofSlot slot: Int64, arguments: Int, within wallTime: Duration) async
        -> Result<[LuaValue], LuaError>
    {
        let race = Race()
        return await withTaskGroup(of: Result<[LuaValue], LuaError>?.self) { group in
            group.addTask {
                let result = await self.steps(ofSlot: slot, arguments: arguments)
                return race.win() ? result : nil
            }
            group.addTask { [clock, interrupt, error = core.wallTimeError] in
                // A clock throws only when it is cancelled: the run has ended.
                guard (try? await clock.sleep(for: wallTime)) != nil, race.win() else { return nil }
                // Here, not on the state's thread: that may be busy with a script that cannot be interrupted.
                interrupt.cancel(for: Int32(CLUA_OUT_OF_WALL_TIME))
                return .failure(error)
            }
            var end: Result<[LuaValue], LuaError>?
            for await ending in group {
                end = end ?? ending
                group.cancelAll()
            }
            return end ?? .failure(core.wallTimeError)
        }
    }

    private func steps(ofSlot slot: Int64, arguments: Int) async -> Result<[LuaValue], LuaError> {
        guard let coroutine = underWay[slot] else { return .failure(core.wallTimeError) }
        return await steps(of: coroutine, arguments: arguments)
    }

    private func steps(of coroutine: LuaCoroutine, arguments: Int) async -> Result<[LuaValue], LuaError> {
        var step = core.resume(coroutine, arguments: arguments)
        while true {
            switch step {
            case .waiting:
                let began = ContinuousClock.now
                await core.awaitPending()
                core.countWait(since: began)
            case .sliceOver: await Task.yield()
            case .ended(let status, let results):
                return core.result(of: coroutine, status: status, results: results)
            }
            step = core.resume(coroutine, arguments: 0)
        }
    }
}
