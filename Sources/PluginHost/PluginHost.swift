public import BackupAPI
public import LuaKit
public import RunJournal

/// Runs scripts: gives them the modules, journals their steps, and says how they ended.
public struct PluginHost: Sendable {
    /// What does the backups.
    public let service: any BackupService
    /// What scripts may use at most.
    public var limits: LuaLimits
    /// The modules that scripts see.
    public let modules: [Module]
    private let journal: any RunStore
    private let executor: LuaExecutor
    private let environment: HostEnvironment

    /// Makes a host. `extraModules` are the embedder's own, beside ``standardModules``.
    public init(
        service: any BackupService,
        journal: any RunStore,
        executor: LuaExecutor,
        environment: HostEnvironment,
        limits: LuaLimits = LuaLimits(),
        extraModules: [Module] = []
    ) {
        self.service = service
        self.journal = journal
        self.executor = executor
        self.environment = environment
        self.limits = limits
        self.modules = Self.standardModules + extraModules
    }

    /// The modules of every host.
    public static var standardModules: [Module] {
        [.backup, .report, .log, .task, .run, .time, .json]
    }

    /// Runs a script to its end.
    ///
    /// `arguments` is what the script finds in `run.args`. `observe` gets every piece of news in order. Cancelling the
    /// task cancels the script, and stops the backups that it started and that are still running. Throws only when
    /// the run could not be recorded; what goes wrong in the script is in the result.
    public func run(
        _ source: LuaSource,
        arguments: LuaValue = .record([:]),
        observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async throws -> RunResult {
        let state = try LuaState(
            executor: executor,
            limits: limits,
            output: { observe(.output($0.lossyText)) }
        )
        let context = RunContext(
            id: environment.makeID(),
            script: source.name,
            arguments: arguments,
            service: service,
            environment: environment,
            journal: journal,
            state: state,
            observe: observe
        )
        try await begin(context, source)
        observe(.started(run: context.id, script: source.name))
        let end: Result<[LuaValue], LuaError>
        for module in modules { try await state.add(try module.bound(to: context)) }
        do throws(LuaError) {
            end = .success(try await state.run(source))
        } catch {
            end = .failure(error)
        }
        let result = await conclude(context, end)
        try await context.write { store in
            try await store.finish(
                result.id,
                RunEnd(
                    status: result.status,
                    outcome: result.outcome.rawValue,
                    message: result.message,
                    ended: environment.now().microseconds
                )
            )
        }
        observe(.finished(result))
        return result
    }

    private func begin(_ context: RunContext, _ source: LuaSource) async throws {
        let digest = SHA256.hexDigest(of: source.bytes)
        let now = environment.now().microseconds
        let script = ScriptSource(
            sha256: digest,
            name: source.name,
            text: String(decoding: source.bytes, as: UTF8.self),
            firstSeen: now
        )
        let record = RunRecord(
            id: context.id,
            scriptName: source.name,
            scriptSHA256: digest,
            arguments: JournalText.encode(context.arguments),
            seed: environment.makeSeed(),
            owner: environment.owner,
            started: now
        )
        try await journal.begin(record, source: script)
    }

    private func conclude(_ context: RunContext, _ end: Result<[LuaValue], LuaError>) async -> RunResult {
        var values: [LuaValue] = []
        var failure: RunFailure?
        var status = RunStatus(rawValue: context.outcome.rawValue)
        switch end {
        case .success(let returned): values = returned
        case .failure(let error):
            failure = RunFailure(error, globals: modules.map(\.name) + LuaState.globalNames)
            switch error.code {
            case .timeLimit: status = .timedOut
            case .cancelled: status = .cancelled
            default: status = .failed
            }
        }
        if Task.isCancelled { status = .cancelled }
        let unfinished = await settle(context, isCancelled: status == .cancelled)
        let outcome: Outcome = status == .cancelled ? .stopped : failure == nil ? context.outcome : .failed
        return RunResult(
            id: context.id,
            script: context.script,
            outcome: outcome,
            status: status,
            message: failure?.description ?? context.message,
            failure: failure,
            report: Report(title: context.script, outcome: outcome, blocks: context.reportBlocks),
            values: values,
            unfinished: unfinished
        )
    }

    /// Looks after the backups that the script left running: a cancelled run stops them and waits for that.
    private func settle(_ context: RunContext, isCancelled: Bool) async -> [Backup] {
        let service = service
        var running: [Backup] = []
        for id in context.unfinished {
            let backup = await Task { () -> Backup? in
                guard isCancelled else { return try? await service.backup(id) }
                _ = try? await service.stop(id)
                return try? await service.wait(for: id) { update in
                    context.observe(.backupProgress(update, configuration: context.name(of: update.backup)))
                }
            }.value
            guard let backup else { continue }
            if backup.state.isFinal {
                context.noteEnd(of: backup)
            } else {
                running.append(backup)
            }
        }
        return running
    }
}
