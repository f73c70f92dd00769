import BackupAPI
import LuaKit
import RunJournal
import Synchronization

/// The progress of a backup as a script goes through it. Each piece is a tick of the journal, so that a resumed run goes
/// through the same.
final class ProgressIterator: LuaObject {
    private let run: RunContext
    private let steps: StepRecorder
    private let id: ResourceID<Backup>
    private let path: String
    private let call: StepCall
    private let time: StepTime?
    private let recorded: [StepRecord]
    private let state: Mutex<State>

    private struct State {
        var count = 0
        var isOver = false
        var feed: ProgressFeed?
        var thinning: TickThinning
    }

    static let luaType = LuaObjectType<ProgressIterator>("Progress") { type in
        // A loop hands over the last piece too.
        type.method("next", waiting: { (progress: ProgressIterator) in try await progress.next() })
    }

    init(
        of id: ResourceID<Backup>,
        _ options: ProgressOptions,
        step: StepKey,
        call: StepCall,
        began: Timestamp,
        in run: RunContext,
        _ steps: StepRecorder
    ) {
        (self.run, self.steps, self.id, self.call) = (run, steps, id, call)
        path = "\(step.taskPath)/\(step.sequence).ticks"
        recorded = steps.positions.recorded.all(at: path)
        time = options.timeout.map { run.time($0.value, since: began) }
        let interval = options.every?.value ?? run.environment.tickInterval
        state = Mutex(State(thinning: TickThinning(interval: interval, count: recorded.count)))
    }

    /// The next piece, nil at the end.
    private func next() async throws -> LuaValue {
        try run.stop.check()
        let count = state.withLock { $0.isOver ? nil : $0.count }
        guard let count, run.mode != .plan else { return .nil }
        let tick: StepRecord
        if recorded.indices.contains(count) {
            tick = recorded[count]
            // What the loop says after the last one was perhaps not said.
            steps.positions.noteRepeating(path, count + 1 < recorded.count)
        } else {
            tick = try await makeTick(StepKey(run: run.id, taskPath: path, sequence: count))
            try await steps.writer.tick(tick)
        }
        state.withLock { $0.count = count + 1 }
        guard tick.name == Self.endName else { return try steps.answer(of: tick) ?? .nil }
        state.withLock { ($0.isOver, $0.feed) = (true, nil) }
        if let end = try steps.answer(of: tick)?.text {
            run.backups.noteEnd(of: id, as: ActivityState(rawValue: end), in: run)
        }
        return .nil
    }

    private static let endName = "backup.progress.end"

    private func makeTick(_ key: StepKey) async throws -> StepRecord {
        try await steps.admit(steps.tick(key, call.name, .nil), call)
        do {
            while let update = try await fetch() {
                run.backups.noteProgress(update, in: run)
                if update.backup.state.isFinal {
                    run.backups.noteEnd(of: update.backup, in: run)
                    return steps.tick(key, Self.endName, .string(update.backup.state.rawValue))
                }
                guard let progress = update.progress,
                    state.withLock({ $0.thinning.isDue(at: .now) })
                else { continue }
                return steps.tick(key, call.name, .progress(progress, of: update.backup))
            }
            throw BackupError.notOver(id, after: time?.length ?? .zero)
        } catch {
            try run.stop.check()
            var tick = steps.tick(key, Self.endName, .nil)
            (tick.state, tick.output) = (.failed, nil)
            tick.error = steps.text(of: error)
            return tick
        }
    }

    /// News of the backup; `nil` when the time is over.
    private func fetch() async throws -> BackupUpdate? {
        let feed = state.withLock { state in
            let feed =
                state.feed ?? ProgressFeed(of: id, from: steps.service, on: run.environment.taskExecutor)
            state.feed = feed
            return feed
        }
        guard let time else {
            guard let update = try await feed.next() else { throw CancellationError() }
            return update
        }
        return try await withThrowingTaskGroup(of: BackupUpdate?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await feed.next() }
            group.addTask {
                try await time.sleep()
                return nil
            }
            return try await group.next() ?? nil
        }
    }
}

extension BackupCalls {
    /// The iterator of a loop over a backup's progress, and what it goes by.
    func progress(of id: ResourceID<Backup>, _ options: ProgressOptions) async throws -> LuaValue {
        let call = run.currentCall
        let key = Latch<StepKey>()
        _ = try await steps.step(call, prelude: { key.value = $0 }, body: { _ in .nil })
        let step = key.value ?? steps.positions.nextKey()
        let began = steps.positions.recorded[step]?.started ?? steps.now
        let iterator = ProgressIterator(
            of: id,
            options,
            step: step,
            call: call,
            began: Timestamp(microseconds: began),
            in: run,
            steps
        )
        // The method as a function: Lua's loops call one with what they go by.
        let source = LuaSource(name: "backup.progress", text: "return (...).next")
        let next = try await run.functions.current.run(
            source,
            arguments: [.object(iterator)],
            randomStream: 0
        )
        return .array([next.first ?? .nil, .object(iterator)])
    }
}
