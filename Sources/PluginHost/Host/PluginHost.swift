public import BackupAPI
public import LuaKit
public import RunJournal

/// Runs scripts: gives them the modules, journals their steps, and says how they ended. A run whose host died goes on
/// where it was.
public struct PluginHost: Sendable {
    /// What does the backups.
    public let service: any BackupService
    let journal: RunStore
    var loader: ScriptLoader
    /// What runs note that they were granted; `nil` for nothing.
    var grant: ScriptGrant?

    /// Makes a host. `extraModules` are the embedder's own, beside ``standardModules``; one that has the name of another adds
    /// its functions to it. `globalFunctions` belong to no module.
    public init(
        service: any BackupService,
        journal: RunStore,
        executor: LuaExecutor,
        environment: HostEnvironment,
        limits: LuaLimits = LuaLimits(),
        extraModules: [Module] = [],
        globalFunctions: [Function] = []
    ) {
        self.service = service
        self.journal = journal
        loader = ScriptLoader(
            executor: executor,
            environment: environment,
            limits: limits,
            modules: (Self.standardModules + extraModules).merged(),
            globalFunctions: globalFunctions
        )
    }

    /// The modules that scripts see.
    public var modules: [Module] { loader.modules }
    /// Functions that scripts see under their bare names.
    public var globalFunctions: [Function] { loader.globalFunctions }
    /// What scripts may use at most.
    public var limits: LuaLimits {
        get { loader.limits }
        set { loader.limits = newValue }
    }
    /// What loads scripts as the host does, and does nothing.
    public var inspector: ScriptInspector { ScriptInspector(loader) }
    var environment: HostEnvironment {
        get { loader.environment }
        set { loader.environment = newValue }
    }

    /// The modules of every host.
    public static var standardModules: [Module] {
        [
            BackupCalls.module, .report, .log, TaskCalls.module, LockCalls.module, .run, .time, .json, .hooks,
            .plugin,
        ]
    }

    /// Runs a script to its end.
    ///
    /// `arguments` is what the script finds in `run.args`. `observe` gets every piece of news in order, on any
    /// thread, one at a time. With `slot` it is recorded in the same commit that the run began at this slot of a schedule, and
    /// the journal's `conflict` is thrown where it did already. Cancelling the
    /// task cancels the script, and stops the backups that it started and that are still running; `control` stops the
    /// run without ending it. Throws only when
    /// the run could not begin: there is no memory for it, or its beginning could not be recorded. What goes wrong
    /// later, in the script or with the record of its end, is in the result.
    public func run(
        _ source: LuaSource,
        arguments: LuaValue = .record([:]),
        at slot: ScheduleSlot? = nil,
        control: RunControl = RunControl(),
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> RunResult {
        let execution = try await begin(source, arguments: arguments, at: slot, observe: observe)
        let claim = try execution.context.steps.writer.lease.claim
        try await beginHooks(of: try await journal.run(claim.run), for: claim).attach(to: execution.context)
        control.attach(execution.context)
        return await execution.run(source)
    }

    /// Records a run as begun, and makes what executes it.
    func begin(
        _ source: LuaSource,
        arguments: LuaValue = .record([:]),
        at slot: ScheduleSlot? = nil,
        observe: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> RunExecution {
        let observe = environment.observing(observe)
        let (now, leaseBegan) = (environment.now(), ContinuousClock.now)
        let script = ScriptSource(source, firstSeen: now)
        let run = RunRecord(
            id: environment.makeID(),
            scriptName: script.name,
            scriptSHA256: script.sha256,
            arguments: JournalText.encode(arguments),
            seed: environment.makeSeed(),
            owner: environment.owner,
            leaseEnd: RunLease.end(after: environment.leaseLength, from: now),
            started: now.microseconds
        )
        let execution = try await loader.makeExecution(
            run,
            .live,
            arguments: arguments,
            work: RunWork(service: service, journal: journal, leaseBegan: leaseBegan),
            loading: try await inspector.watch(source),
            observe: observe
        )
        let claim =
            if let slot { try await journal.begin(run, source: script, at: slot) } else {
                try await journal.begin(run, source: script)
            }
        try await noteGrant(for: claim)
        observe(.started(run: run.id, script: run.scriptName))
        return execution
    }

    /// The same host with somebody who is asked what scripts want to know; see ``HostEnvironment/ask``.
    public func asking(_ ask: (@Sendable (Question) async throws -> String?)?) -> PluginHost {
        var copy = self
        copy.environment.ask = ask
        return copy
    }
}
