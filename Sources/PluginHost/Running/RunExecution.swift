import BackupAPI
import LuaKit
import RunJournal
import Synchronization

/// A run under way: its script's state, and what its host functions share.
struct RunExecution: Sendable {
    let context: RunContext
    let state: LuaState
    /// The names of the modules.
    let globals: [String]

    /// Runs the script to its end, or until the run halts, and records what came of it.
    func run(_ source: LuaSource) async -> RunResult {
        let end = await script(source)
        let result = await record(await conclude(end))
        context.finished(result)
        return result
    }

    /// The script and the tasks that it spawned, with the run's lease kept alive beside it.
    private func script(_ source: LuaSource) async -> Result<[LuaValue], any Error> {
        let main = ScriptTask { [state, context] in
            try await context.runWorkflow(try await state.run(source, randomStream: 0), in: state)
        }
        context.add(main)
        main.noteAwaited()
        let keeper = Task { [context] in
            guard context.mode == .live else { return }
            do {
                try await context.lease.keep()
                context.cancel()
            } catch let error as JournalError where error.code == .claimLost {
                context.halt(.claimLost)
            } catch {}
        }
        defer { keeper.cancel() }
        let end = await main.end()
        let failure = await context.awaitTasks()
        if case .success = end, let failure { return .failure(failure) }
        return end
    }

    private func conclude(_ end: Result<[LuaValue], any Error>) async -> RunResult {
        var values: [LuaValue] = []
        var failure: RunFailure?
        var status: RunStatus?
        switch end {
        case .success(let returned): values = returned
        case .failure(let error as LuaError):
            failure = RunFailure(error, globals: globals + LuaState.globalNames)
            status = error.code == .timeLimit ? .timedOut : .failed
        case .failure(let error):
            let fields = LuaValue.record(JournalText.fields(of: error))
            failure = RunFailure(
                code: fields["code"].text ?? "error",
                message: fields["message"].text ?? "\(error)",
                fix: fields["fix"].text,
                traceback: []
            )
            status = .failed
        }
        if let halt = context.haltReason { return halted(halt) }
        // Not by the error: a service may throw `CancellationError` though nobody cancelled the run.
        if Task.isCancelled || context.isCancelled { status = .cancelled }
        let unfinished = await settle(isCancelled: status == .cancelled)
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
            report: Report(title: context.script, outcome: .failed, blocks: context.reportBlocks),
            values: [],
            unfinished: [],
            halt: halt
        )
    }

    /// Looks after the backups that the script left running: a cancelled run stops them and waits for that.
    ///
    /// In a task of its own, since that of a cancelled run cannot wait. A backup that cannot be asked about counts as
    /// running.
    private func settle(isCancelled: Bool) async -> [Backup] {
        guard context.mode == .live else { return [] }
        let left = context.unfinished
        return await Task { [context] in
            var running: [Backup] = []
            var stopping: Set<ResourceID<Backup>> = []
            for backup in left where isCancelled {
                if await context.stop(backup.id) { stopping.insert(backup.id) }
            }
            for backup in left {
                let last = await context.lastRecord(of: backup, isStopping: stopping.contains(backup.id))
                guard let last else { continue }
                if last.state.isFinal { context.noteEnd(of: last) } else { running.append(last) }
            }
            return running
        }.value
    }

    /// Records a run's end; where that fails, the run has failed.
    private func record(_ result: RunResult) async -> RunResult {
        guard context.mode == .live else { return result }
        switch result.halt {
        case .claimLost, .interrupted, .journal: return result
        case nil, .parked, .mismatch: break
        }
        let end = RunEnd(
            status: result.status,
            outcome: result.halt == nil ? result.outcome.rawValue : nil,
            message: result.message?.withoutNUL,
            ended: context.environment.now().microseconds
        )
        do {
            let ticks = context.takeTicks()
            if !ticks.isEmpty { try await context.journal.append(ticks, for: context.lease.claim) }
            try await context.journal.finish(context.lease.claim, end)
            return result
        } catch  where error.code == .claimLost {
            return halted(.claimLost)
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
    fileprivate func stop(_ backup: ResourceID<Backup>) async -> Bool {
        do {
            _ = try await service.stop(backup)
            return true
        } catch let error as BackupError where error.code == .conflict {
            return true
        } catch {
            observe(.log(.error, "backup '\(backup)' could not be stopped: \(error)", fields: .record([:])))
            return false
        }
    }

    /// A backup's record at the end of the run, or the one that is known when the service does not answer.
    fileprivate func lastRecord(of backup: StartedBackup, isStopping: Bool) async -> Backup? {
        do {
            guard isStopping else { return try await service.backup(backup.id) }
            return try await service.wait(for: backup.id) { update in
                self.observe(.backupProgress(update, configuration: self.name(of: update.backup)))
            }
        } catch {
            observe(
                .log(.error, "backup '\(backup.id)' could not be looked at: \(error)", fields: .record([:]))
            )
            return backup.record
        }
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

/// Hands the lines that a script prints to its run, which is made after the state.
final class Printer: Sendable {
    private let owner = Mutex(Owner())

    private struct Owner {
        weak var context: RunContext?
    }

    var context: RunContext? {
        get { owner.withLock { $0.context } }
        set { owner.withLock { $0.context = newValue } }
    }

    func print(_ line: String) {
        context?.observe(.output(line))
    }
}

extension ScriptSource {
    init(_ source: LuaSource, firstSeen: Timestamp) {
        self.init(
            sha256: SHA256.hexDigest(of: source.bytes),
            name: source.name.withoutNUL,
            text: String(decoding: source.bytes, as: UTF8.self),
            firstSeen: firstSeen.microseconds
        )
    }
}

extension String {
    /// The text with each NUL, where SQLite's own functions would take it to end, shown as U+FFFD.
    var withoutNUL: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }
}
