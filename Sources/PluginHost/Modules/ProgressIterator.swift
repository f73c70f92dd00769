import BackupAPI
import LuaKit
import RunJournal
import Synchronization

/// The progress of a backup as a script goes through it. Each piece is a tick of the journal, so that a resumed run goes
/// through the same.
final class ProgressIterator: LuaObject {
    private let run: RunContext
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
        in run: RunContext
    ) {
        (self.run, self.id, self.call) = (run, id, call)
        path = "\(step.taskPath)/\(step.sequence).ticks"
        recorded = run.recorded.all(at: path)
        time = options.timeout.map { run.time($0.value, since: began) }
        let interval = options.every?.value ?? run.environment.tickInterval
        state = Mutex(State(thinning: TickThinning(interval: interval, count: recorded.count)))
    }

    /// The next piece, nil at the end.
    private func next() async throws -> LuaValue {
        try run.checkHalt()
        let count = state.withLock { $0.isOver ? nil : $0.count }
        guard let count, run.mode != .plan else { return .nil }
        let tick: StepRecord
        if recorded.indices.contains(count) {
            tick = recorded[count]
            // What the loop says after the last one was perhaps not said.
            run.noteRepeating(path, count + 1 < recorded.count)
        } else {
            tick = try await makeTick(StepKey(run: run.id, taskPath: path, sequence: count))
            try await run.recordTick(tick)
        }
        state.withLock { $0.count = count + 1 }
        guard tick.name == Self.endName else { return try run.answer(of: tick) ?? .nil }
        state.withLock { ($0.isOver, $0.feed) = (true, nil) }
        if let end = try run.answer(of: tick)?.text { run.noteEnd(of: id, in: ActivityState(rawValue: end)) }
        return .nil
    }

    private static let endName = "backup.progress.end"

    private func makeTick(_ key: StepKey) async throws -> StepRecord {
        let wanted = run.makeTick(key, call.name, .nil)
        try await run.begin(wanted, call)
        do {
            while let update = try await fetch() {
                run.observe(.backupProgress(update, configuration: run.name(of: update.backup)))
                if update.backup.state.isFinal {
                    run.noteEnd(of: update.backup)
                    return run.makeTick(key, Self.endName, .string(update.backup.state.rawValue))
                }
                guard let progress = update.progress,
                    state.withLock({ $0.thinning.isDue(at: .now) })
                else { continue }
                return run.makeTick(key, call.name, .progress(progress, of: update.backup))
            }
            throw BackupError.notOver(id, after: time?.length ?? .zero)
        } catch {
            try run.checkHalt()
            var tick = run.makeTick(key, Self.endName, .nil)
            (tick.state, tick.output) = (.failed, nil)
            tick.error = ReplayedError.text(of: error, globals: run.globals)
            return tick
        }
    }

    /// News of the backup; `nil` when the time is over.
    private func fetch() async throws -> BackupUpdate? {
        let feed = state.withLock { state in
            let feed = state.feed ?? ProgressFeed(of: id, from: run.service, on: run.environment.taskExecutor)
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

extension RunContext {
    /// The iterator of a loop over a backup's progress, and what it goes by.
    func progress(of id: ResourceID<Backup>, _ options: ProgressOptions) async throws -> LuaValue {
        let call = currentCall
        if mode == .plan { notePlanned(PlannedStep(call)) }
        let key = Latch<StepKey>()
        _ = try await step(call, prelude: { key.value = $0 }, body: { _ in .nil })
        let step = key.value ?? nextKey()
        let began = recorded[step]?.started ?? environment.now().microseconds
        let iterator = ProgressIterator(
            of: id,
            options,
            step: step,
            call: call,
            began: Timestamp(microseconds: began),
            in: self
        )
        return .array([try await nextFunction(of: iterator), .object(iterator)])
    }

    /// The method as a function: Lua's loops call one with what they go by.
    private func nextFunction(of iterator: ProgressIterator) async throws -> LuaValue {
        guard let state = memory.withLock({ $0.state }) else { throw CancellationError() }
        let source = LuaSource(name: "backup.progress", text: "return (...).next")
        return try await state.run(source, arguments: [.object(iterator)], randomStream: 0).first ?? .nil
    }
}
