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
    /// `arguments` is what the script finds in `run.args`. `observe` gets every piece of news in order, on any
    /// thread, one at a time. Cancelling the
    /// task cancels the script, and stops the backups that it started and that are still running. Throws only when
    /// the run could not begin: there is no memory for it, or its beginning could not be recorded. What goes wrong
    /// later, in the script or with the record of its end, is in the result.
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
        for module in modules { try await state.add(try module.bound(to: context)) }
        try await begin(context, source)
        observe(.started(run: context.id, script: source.name))
        let end: Result<[LuaValue], LuaError>
        do throws(LuaError) {
            end = .success(try await state.run(source))
        } catch {
            end = .failure(error)
        }
        let result = await record(await conclude(context, end), of: context)
        observe(.finished(result))
        return result
    }

    private func begin(_ context: RunContext, _ source: LuaSource) async throws {
        let digest = SHA256.hexDigest(of: source.bytes)
        let now = environment.now().microseconds
        let script = ScriptSource(
            sha256: digest,
            name: source.name.withoutNUL,
            text: String(decoding: source.bytes, as: UTF8.self),
            firstSeen: now
        )
        let record = RunRecord(
            id: context.id,
            scriptName: source.name.withoutNUL,
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
        var status: RunStatus?
        switch end {
        case .success(let returned): values = returned
        case .failure(let error):
            failure = RunFailure(error, globals: modules.map(\.name) + LuaState.globalNames)
            switch error.code {
            case .timeLimit: status = .timedOut
            default: status = .failed
            }
        }
        // Not by the error: a service may throw `CancellationError` though nobody cancelled the run.
        if Task.isCancelled { status = .cancelled }
        let unfinished = await settle(context, isCancelled: status == .cancelled)
        // Only now: the end of a backup that nobody waited for counts too.
        let outcome: Outcome = status == .cancelled ? .stopped : failure == nil ? context.outcome : .failed
        return RunResult(
            id: context.id,
            script: context.script,
            outcome: outcome,
            status: status ?? RunStatus(rawValue: outcome.rawValue),
            message: failure?.description ?? context.message,
            failure: failure,
            report: Report(title: context.script, outcome: outcome, blocks: context.reportBlocks),
            values: values,
            unfinished: unfinished
        )
    }

    /// Looks after the backups that the script left running: a cancelled run stops them and waits for that.
    ///
    /// In a task of its own, since that of a cancelled run cannot wait. A backup that cannot be asked about counts as
    /// running.
    private func settle(_ context: RunContext, isCancelled: Bool) async -> [Backup] {
        let left = context.unfinished
        return await Task {
            var running: [Backup] = []
            var stopping: Set<ResourceID<Backup>> = []
            for backup in left where isCancelled {
                if await context.stop(backup) { stopping.insert(backup.id) }
            }
            for backup in left {
                let last = await context.lastRecord(of: backup, isStopping: stopping.contains(backup.id))
                if last.state.isFinal { context.noteEnd(of: last) } else { running.append(last) }
            }
            return running
        }.value
    }

    /// Records a run's end; where that fails, the run has failed.
    private func record(_ result: RunResult, of context: RunContext) async -> RunResult {
        let end = RunEnd(
            status: result.status,
            outcome: result.outcome.rawValue,
            message: result.message?.withoutNUL,
            ended: environment.now().microseconds
        )
        do {
            try await context.write { store in try await store.finish(result.id, end) }
            return result
        } catch {
            var result = result
            let failure = result.failure ?? RunFailure(error)
            (result.outcome, result.status) = (.failed, .failed)
            (result.failure, result.message) = (failure, failure.description)
            result.report.outcome = .failed
            return result
        }
    }
}

extension RunContext {
    /// Asks for a stop at the end of a cancelled run; answers whether the backup is going to end.
    fileprivate func stop(_ backup: Backup) async -> Bool {
        do {
            _ = try await service.stop(backup.id)
            return true
        } catch let error as BackupError where error.code == .conflict {
            return true
        } catch {
            observe(
                .log(.error, "backup '\(backup.id)' could not be stopped: \(error)", fields: .record([:]))
            )
            return false
        }
    }

    /// A backup's record at the end of the run, or the one that is known when the service does not answer.
    fileprivate func lastRecord(of backup: Backup, isStopping: Bool) async -> Backup {
        do {
            guard isStopping else { return try await service.backup(backup.id) }
            return try await service.wait(for: backup.id) { try await self.show($0, to: nil) }
        } catch {
            observe(
                .log(.error, "backup '\(backup.id)' could not be looked at: \(error)", fields: .record([:]))
            )
            return backup
        }
    }
}

extension String {
    /// The text with each NUL, where SQLite's own functions would take it to end, shown as U+FFFD.
    fileprivate var withoutNUL: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }
}
