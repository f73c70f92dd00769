import BackupAPI
import LuaKit
import RunJournal

extension RunExecution {
    /// Runs the script to its end, or until the run halts, and records what came of it; the run's lease is kept alive
    /// meanwhile.
    func run(_ source: LuaSource) async -> RunResult {
        let keeper = keepLease()
        // A host function may run another script: what that one does is counted from its own beginning.
        let end = await TaskScope.$current.withValue(.main) {
            if context.mode == .live { await context.hooks.call(HookOccurrence("run.started") { [:] }) }
            return await script(source)
        }
        return await finish(end, keeper)
    }

    /// Keeps the run this host's, until the task that is answered is cancelled.
    func keepLease() -> Task<Void, Never> {
        Task(executorPreference: context.environment.taskExecutor) { await keepUntilCancelled() }
    }

    /// Records what came of the run, after the last thing that it did.
    func finish(_ end: Result<[LuaValue], any Error>, _ keeper: Task<Void, Never>) async -> RunResult {
        let concluded = await tellHooks(of: await conclude(end))
        if let noteLines = context.environment.noteLines { noteLines(await state.linesRun) }
        // Before the lease is given away.
        keeper.cancel()
        await keeper.value
        let result = await record(concluded)
        context.news(.finished(result))
        return result
    }

    /// Calls the hooks for the end of the run, and counts what failures of hooks mean for it.
    private func tellHooks(of result: RunResult) async -> RunResult {
        guard context.mode == .live else { return result }
        if case .parked? = result.halt {
            await context.hooks.call(await parked(result))
            return result
        }
        guard result.halt == nil else { return result }
        await context.hooks.callAll(unless: context.stop)
        await context.hooks.call(.finished(result.counting(context.outcomes.hookFailure)))
        if let halt = context.stop.reason { return halted(halt) }
        return result.counting(context.outcomes.hookFailure)
    }

    /// The script and the tasks that it spawned.
    private func script(_ source: LuaSource) async -> Result<[LuaValue], any Error> {
        if context.isHalted { return .failure(CancellationError()) }
        let (waits, executor) = (context.tasks.waits, context.environment.taskExecutor)
        let main = ScriptTask(path: "0", waits: waits, on: executor) {
            try await runWorkflow(try await state.run(source, randomStream: 0))
        }
        main.noteAwaited()
        context.tasks.addMain(main)
        if context.isHalted || context.stop.isCancelled { main.cancel() }
        let end = await main.end()
        let failure = await context.tasks.end()
        if case .success = end, let failure { return .failure(failure) }
        return end
    }

    private func conclude(_ end: Result<[LuaValue], any Error>) async -> RunResult {
        var values: [LuaValue] = []
        var failure: RunFailure?
        var status: RunStatus?
        switch end {
        case .success(let returned): values = returned
        case .failure(let error):
            failure = RunFailure(of: error, names: context.names)
            status = (error as? LuaError)?.code == .timeLimit ? .timedOut : .failed
        }
        if let halt = context.stop.reason { return halted(halt) }
        // Not by the error: a service may throw `CancellationError` though nobody cancelled the run.
        if Task.isCancelled || context.stop.isCancelled { status = .cancelled }
        if status == nil || status == .failed, context.mode != .plan,
            let step = (try? context.steps)?.positions.missedStep
        {
            return halted(context.stop.halt(.mismatch(StepMismatch(missed: step))).halt)
        }
        let unfinished = await settle(isCancelled: status == .cancelled)
        // Only now: the end of a backup that nobody waited for counts too.
        let outcome: Outcome =
            status == .cancelled ? .stopped : failure == nil ? context.outcomes.outcome : .failed
        return RunResult(
            id: context.id,
            script: context.script,
            outcome: outcome,
            status: status ?? RunStatus(rawValue: outcome.rawValue),
            message: failure?.description ?? context.outcomes.message,
            failure: failure,
            report: context.report.report(outcome),
            values: values,
            unfinished: unfinished
        )
    }

    /// What a run that has stopped leaves: nothing that it has done is undone.
    private func halted(_ halt: RunHalt) -> RunResult {
        let failure = RunFailure(halt)
        return RunResult(
            id: context.id,
            script: context.script,
            outcome: .failed,
            status: halt.status,
            message: failure.description,
            failure: failure,
            report: context.report.report(.failed),
            values: [],
            unfinished: context.backups.unfinished.compactMap(\.record),
            halt: halt
        )
    }

    /// Records a run's end; where that fails, the run has failed.
    private func record(_ result: RunResult) async -> RunResult {
        guard context.mode == .live, let writer = (try? context.steps)?.writer else { return result }
        let (journal, claim) = (writer.journal, writer.lease.claim)
        do throws(JournalError) {
            let ticks = writer.takeTicks()
            switch result.halt {
            case .claimLost, .journal: return result
            case .interrupted:
                try await journal.append(ticks, for: claim)
                try await writer.lease.end()
                return result
            case nil, .parked, .mismatch:
                try await journal.append(ticks, for: claim)
                if result.halt != nil {
                    let note = RunNote(time: now, kind: "parked", message: result.message ?? "")
                    try await journal.note(note, for: claim)
                }
                let end = RunEnd(
                    status: result.status,
                    outcome: result.halt == nil ? result.outcome.rawValue : nil,
                    message: result.message?.withoutNUL,
                    ended: now
                )
                try await journal.finish(claim, end)
                return result
            }
        } catch {
            return error.code == .claimLost ? halted(.claimLost) : result.unrecorded(error)
        }
    }
}

extension RunExecution {
    private var now: Int64 { context.environment.now().microseconds }

    /// The run is parked: once for each time that it is, and once more where its record of that was not written.
    private func parked(_ result: RunResult) async -> HookOccurrence {
        let notes = (try? await context.journal.notes(of: context.id)) ?? []
        let count = notes.count { $0.kind == "parked" }
        return HookOccurrence("run.parked", of: "\(count + 1)") {
            ["message": .string(result.message ?? "")]
        }
    }

    /// Keeps the run this host's, and hears of a cancellation that somebody asks the journal for.
    private func keepUntilCancelled() async {
        guard context.mode == .live else { return }
        do {
            try await context.steps.writer.lease.keep()
            context.stop.cancel()
        } catch let error as JournalError where error.code == .claimLost {
            context.stop.halt(.claimLost)
        } catch {
            // The run has ended.
        }
    }
}

extension RunResult {
    /// The result with a failure of hooks, which makes it no better.
    fileprivate func counting(_ hook: (outcome: Outcome, message: String)?) -> RunResult {
        guard let hook, hook.outcome > outcome else { return self }
        var result = self
        // A timeout and a cancellation say more than their outcome.
        if status.rawValue == outcome.rawValue { result.status = RunStatus(rawValue: hook.outcome.rawValue) }
        result.outcome = hook.outcome
        result.message = message ?? hook.message
        result.report.outcome = hook.outcome
        return result
    }

    /// The result of a run whose end could not be recorded.
    fileprivate func unrecorded(_ error: JournalError) -> RunResult {
        var result = self
        let failure = failure ?? RunFailure(unrecorded: error)
        (result.outcome, result.status) = (.failed, .failed)
        (result.failure, result.message) = (failure, failure.description)
        result.report.outcome = .failed
        return result
    }
}

extension RunHalt {
    /// Where the run stands in the journal.
    fileprivate var status: RunStatus {
        switch self {
        case .parked, .mismatch: .parked
        case .claimLost, .interrupted, .journal: .running
        }
    }
}
