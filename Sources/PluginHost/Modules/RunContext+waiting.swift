import BackupAPI
import LuaKit
import RunJournal

extension RunContext {
    /// A step that waits for a backup; its news go to the observer and, as ticks, to the script's own function.
    func waitStep(
        _ call: StepCall,
        _ id: ResourceID<Backup>,
        _ options: WaitOptions
    ) async throws -> LuaValue {
        var call = call
        // A timeout counts from the first time that the step began.
        call.isIntended = options.timeout != nil
        var ticks: ProgressTicks?
        return try await step(
            call,
            learn: { noteEnd(of: id, in: ActivityState(rawValue: $0["state"].text ?? "")) },
            prelude: { key in
                guard let onProgress = options.onProgress?.value else { return }
                ticks = ProgressTicks(of: key, showing: onProgress, in: self)
                try await ticks?.repeatRecorded()
            },
            body: { began in
                let backup = try await wait(for: id, since: began, within: options.timeout?.value) { update in
                    observe(.backupProgress(update, configuration: name(of: update.backup)))
                    try await ticks?.show(update)
                }
                noteEnd(of: backup)
                return try .record(of: backup)
            }
        )
    }

    private func wait(
        for id: ResourceID<Backup>,
        since began: Timestamp,
        within timeout: Duration?,
        onUpdate: (BackupUpdate) async throws -> Void
    ) async throws -> Backup {
        guard let timeout else { return try await service.wait(for: id, onUpdate: onUpdate) }
        return try await wait(for: id, within: time(timeout, since: began), onUpdate: onUpdate)
    }

    /// Waits for a backup until a time has passed. The script's function runs in the caller's task: a timeout that
    /// cancelled it would end the script with it.
    private func wait(
        for id: ResourceID<Backup>,
        within time: StepTime,
        onUpdate: (BackupUpdate) async throws -> Void
    ) async throws -> Backup {
        let (news, continuation) = AsyncThrowingStream<BackupUpdate, any Error>.makeStream()
        let service = service
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                do {
                    _ = try await service.wait(for: id) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            group.addTask {
                try await time.sleep()
                continuation.finish(throwing: BackupError.notOver(id, after: time.length))
            }
            var last: Backup?
            for try await update in news {
                last = update.backup
                try await onUpdate(update)
            }
            try Task.checkCancellation()
            guard let last, last.state.isFinal else { throw BackupError.notOver(id, after: time.length) }
            return last
        }
    }
}

/// The progress of one wait as the script's function is shown it: each piece is recorded, so that a resumed run shows the
/// function the same.
struct ProgressTicks {
    private let run: RunContext
    private let path: String
    private let scope: TaskScope
    private let function: LuaFunction
    private let recorded: [StepRecord]
    private var count: Int
    private var thinning: TickThinning

    init(of step: StepKey, showing function: LuaFunction, in run: RunContext) {
        self.run = run
        self.function = function
        path = "\(step.taskPath)/\(step.sequence).ticks"
        scope = TaskScope.current.beneath(step)
        recorded = run.recorded.all(at: path)
        count = recorded.count
        thinning = TickThinning(interval: run.environment.tickInterval, count: count)
    }

    /// Shows the function what the journal has.
    func repeatRecorded() async throws {
        var scope = scope
        scope.isToldBefore = true
        for tick in recorded { try await show(try JournalText.decode(tick.output ?? "null"), in: scope) }
    }

    /// Shows the function a piece of progress, if it is time for one.
    mutating func show(_ update: BackupUpdate) async throws {
        guard let progress = update.progress, thinning.isDue(at: .now) else { return }
        let value = LuaValue.progress(progress, of: update.backup)
        let key = StepKey(run: run.id, taskPath: path, sequence: count)
        try await run.recordTick(run.makeTick(key, "backup.progress", value))
        count += 1
        try await show(value, in: scope)
    }

    private func show(_ progress: LuaValue, in scope: TaskScope) async throws {
        do {
            _ = try await TaskScope.$current.withValue(scope) { try await run.call(function, [progress]) }
        } catch let error as LuaError where error.code == .cancelled {
            throw CancellationError()
        }
    }
}

extension BackupError {
    static func notOver(_ id: ResourceID<Backup>, after timeout: Duration) -> BackupError {
        BackupError(
            .timedOut,
            "backup '\(id)' was not over after \(Figures.duration(timeout))",
            fix: "It goes on; wait for it again, or stop it.",
            isRetryable: true
        )
    }
}
