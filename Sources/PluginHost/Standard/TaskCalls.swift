import BackupAPI
import LuaKit
import RunJournal
import Synchronization

/// What `task` does for one run.
struct TaskCalls {
    let run: RunContext
    let steps: StepRecorder

    init(_ run: RunContext) throws {
        (self.run, steps) = (run, try run.steps)
    }

    /// Starts a function of the script as a task that is left to itself.
    ///
    /// Its end is a tick of the journal: so it is known, when the run is resumed, that all it said was said.
    func spawn(_ function: LuaFunction, _ arguments: [LuaValue]) throws -> ScriptTask {
        let scope = TaskScope.current.spawned(by: steps.positions.nextKey())
        let task = Latch<ScriptTask>()
        return try start(in: scope, task) {
            let results = try await run.functions.call(function, arguments)
            try await endTask(isGivenUp: task.value?.isGivenUp ?? false)
            return results
        }
    }

    /// Starts a function of the script as a task for which the caller waits, or may go on without it where it is optional.
    func child(
        _ function: LuaFunction,
        _ arguments: [LuaValue] = [],
        beneath step: StepKey,
        _ index: Int,
        isOptional: Bool = false,
        freeze: Freeze? = nil,
        milestone: Milestone? = nil
    ) throws -> ScriptTask {
        var scope = TaskScope.current.beneath(step, index)
        if isOptional { scope = scope.optional }
        scope.milestone = milestone
        scope.freeze = freeze ?? scope.freeze
        let task = try start(in: scope) { try await run.functions.call(function, arguments) }
        task.noteAwaited()
        return task
    }

    private func start(
        in scope: TaskScope,
        _ latch: Latch<ScriptTask>? = nil,
        _ body: @escaping @Sendable () async throws -> [LuaValue]
    ) throws -> ScriptTask {
        steps.positions.begin(scope.path)
        return try run.tasks.add {
            let task = ScriptTask(
                path: scope.path,
                waits: run.tasks.waits,
                on: run.environment.taskExecutor
            ) {
                try await TaskScope.$current.withValue(scope) {
                    do {
                        return try await body()
                    } catch {
                        if Task.isCancelled { steps.positions.abandon(scope.path) }
                        throw error
                    }
                }
            }
            latch?.value = task
            return task
        }
    }

    /// Notes in the journal that a spawned task has come to its end.
    private func endTask(isGivenUp: Bool) async throws {
        guard run.mode != .plan, !isGivenUp, !Task.isCancelled, !run.isHalted else { return }
        let key = steps.positions.nextKey()
        let record = steps.tick(key, "task.end", .nil)
        if let recorded = steps.positions.recorded[key] {
            guard recorded.name != record.name else { return }
            throw run.stop.halt(.mismatch(StepMismatch(missed: recorded)))
        }
        guard run.mode == .live else { return }
        try await steps.writer.tick(record)
    }

    /// Waits for all tasks, then returns their results or throws the failure of the first one in the list that failed:
    /// which one failed first in time may be another the next time.
    func all(_ functions: [LuaFunction]) async throws -> LuaValue {
        let key = steps.positions.nextKey()
        let tasks = try functions.enumerated().map { try child($1, beneath: key, $0 + 1) }
        let ends = await Self.ends(of: tasks)
        try run.stop.check()
        return .array(try ends.map { try $0.get().first ?? .nil })
    }

    /// Runs a function for each item, at most `limit` at a time, and returns what came of each, in the items' order.
    func map(_ items: [LuaValue], limit: Int, _ function: LuaFunction) async throws -> LuaValue {
        let key = steps.positions.nextKey()
        var ends: [Result<[LuaValue], any Error>?] = Array(repeating: nil, count: items.count)
        try await withThrowingTaskGroup(of: (Int, Result<[LuaValue], any Error>).self) { group in
            for index in items.indices {
                if index >= limit, let (ended, end) = try await group.next() { ends[ended] = end }
                try run.stop.check()
                try Task.checkCancellation()
                let number = LuaValue.integer(Int64(index + 1))
                let task = try child(function, [items[index], number], beneath: key, index + 1)
                group.addTask { (index, await task.end()) }
            }
            for try await (index, end) in group { ends[index] = end }
        }
        try run.stop.check()
        try Task.checkCancellation()
        var results: [LuaValue] = []
        for end in ends {
            switch end {
            case .success(let values)?: results.append(.record(["ok": true, "value": values.first ?? .nil]))
            case .failure(let error)?:
                run.outcomes.note(.failed)
                results.append(.record(["ok": false, "error": try await run.functions.errorTable(error)]))
            case nil: results.append(.record(["ok": false]))
            }
        }
        return .array(results)
    }

    /// Calls a function, and returns the worst outcome of what it waited for.
    func outcome(of function: LuaFunction) async throws -> Outcome {
        let key = steps.positions.nextKey()
        _ = try await run.functions.call(function, beneath: key)
        return run.outcomes.worst(in: TaskScope.current.beneath(key).path)
    }

    /// Runs a function as one step: a resumed run takes its result from the journal.
    func unit(_ function: LuaFunction) async throws -> LuaValue {
        try await steps.step(run.currentCall) { _ in
            guard TaskScope.current.step != nil else { return try await run.functions.callInStep(function) }
            return try await run.functions.callInStep(function).kept
        }
    }

    /// Lets time pass, counted from the first time that the step began.
    func sleep(for duration: Duration) async throws -> LuaValue {
        try await steps.step(run.currentCall) { began in
            try await run.time(duration, since: began).sleep()
            return .nil
        }
    }

    /// Waits until a moment. A clock that was put back makes it no longer than it was when the step began.
    func sleep(until moment: Timestamp) async throws -> LuaValue {
        try await steps.step(run.currentCall) { began in
            let now = run.environment.now()
            let (left, whole) = (moment.since(now), moment.since(began))
            try await run.time(whole > .zero ? min(left, whole) : left, since: now).sleep()
            return .nil
        }
    }

    static func ends(of tasks: [ScriptTask]) async -> [Result<[LuaValue], any Error>] {
        await withTaskGroup(of: (Int, Result<[LuaValue], any Error>).self) { group in
            for (index, task) in tasks.enumerated() {
                group.addTask { (index, await task.end()) }
            }
            var ends: [(Int, Result<[LuaValue], any Error>)] = []
            for await end in group { ends.append(end) }
            return ends.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

extension LuaValue {
    /// The value, if the journal can keep it: what a resumed run gets has to be what the script got.
    var kept: LuaValue {
        get throws {
            if let kind = transientKind {
                throw BackupError(
                    .unsupported,
                    "the result has a \(kind) in it, which the journal cannot keep",
                    fix: "Answer plain values."
                )
            }
            return self
        }
    }

    /// What of it does not outlive the state.
    private var transientKind: String? {
        switch self {
        case .function, .object, .reference: kind
        case .table(let table):
            table.items.lazy.compactMap(\.transientKind).first
                ?? table.fields.values.lazy.compactMap(\.transientKind).first
        case .nil, .null, .boolean, .integer, .number, .string: nil
        }
    }
}
