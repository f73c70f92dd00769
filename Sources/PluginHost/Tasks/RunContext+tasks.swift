import BackupAPI
public import LuaKit
import RunJournal

extension RunContext {
    /// Starts a function of the script as a task, which counts its steps under `path`.
    func spawn(
        _ function: LuaFunction,
        _ arguments: [LuaValue] = [],
        at path: String,
        freeze: Freeze? = nil
    ) -> ScriptTask {
        let scope = TaskScope(path: path, freeze: freeze ?? TaskScope.current.freeze)
        let task = ScriptTask {
            try await TaskScope.$current.withValue(scope) { try await self.call(function, arguments) }
        }
        add(task)
        return task
    }

    /// Waits for all tasks, then answers their results or throws the failure of the first one in the list that failed:
    /// which one failed first in time may be another the next time.
    func all(_ functions: [LuaFunction]) async throws -> LuaValue {
        let key = nextKey()
        let tasks = functions.enumerated().map { index, function in
            spawn(function, at: TaskScope.path(beneath: key, index + 1))
        }
        return .array(try await Self.ends(of: tasks).map { try $0.get().first ?? .nil })
    }

    /// Runs a function for each item, at most `limit` at a time, and answers what came of each, in the items' order.
    func map(_ items: [LuaValue], limit: Int, _ function: LuaFunction) async throws -> LuaValue {
        let key = nextKey()
        var ends: [Result<[LuaValue], any Error>?] = Array(repeating: nil, count: items.count)
        await withTaskGroup(of: (Int, Result<[LuaValue], any Error>).self) { group in
            for index in items.indices {
                if index >= limit, let (ended, end) = await group.next() { ends[ended] = end }
                let task = spawn(
                    function,
                    [items[index], .integer(Int64(index + 1))],
                    at: TaskScope.path(beneath: key, index + 1)
                )
                task.noteAwaited()
                group.addTask { (index, await task.end()) }
            }
            for await (index, end) in group { ends[index] = end }
        }
        try checkHalt()
        try Task.checkCancellation()
        return .array(
            ends.map { end in
                switch end {
                case .success(let values)?: return .record(["ok": true, "value": values.first ?? .nil])
                case .failure(let error)?:
                    note(.failed)
                    return .record(["ok": false, "error": .record(JournalText.fields(of: error))])
                case nil: return .record(["ok": false])
                }
            }
        )
    }

    /// The result of the first task that succeeds; the others are cancelled then. The journal has which one it was.
    func any(_ functions: [LuaFunction]) async throws -> LuaValue {
        let result = try await step(
            currentCall,
            prelude: { (key: StepKey) in
                guard let recorded = recorded[key], recorded.state != .intent else { return }
                let winner = try? answer(of: recorded)?["index"]
                await repeatRace(functions, key, winner: winner)
            },
            body: { _ in try await race(functions, TaskScope.current.step) }
        )
        return result["value"]
    }

    private func race(_ functions: [LuaFunction], _ key: StepKey?) async throws -> LuaValue {
        guard !functions.isEmpty else { throw ArgumentProblem("at least one function expected") }
        let tasks = functions.enumerated().map { index, function in
            spawn(function, at: key.map { TaskScope.path(beneath: $0, index + 1) } ?? "0")
        }
        for task in tasks { task.noteAwaited() }
        var failures: [(any Error)?] = Array(repeating: nil, count: tasks.count)
        return try await withThrowingTaskGroup(of: (Int, Result<[LuaValue], any Error>).self) { group in
            for (index, task) in tasks.enumerated() {
                group.addTask { (index, await task.end()) }
            }
            defer { for task in tasks { task.cancel() } }
            for try await (index, end) in group {
                switch end {
                case .success(let values):
                    return .record(["index": .integer(Int64(index + 1)), "value": values.first ?? .nil])
                case .failure(let error): failures[index] = error
                }
            }
            try checkHalt()
            try Task.checkCancellation()
            throw failures.lazy.compactMap { $0 }.first ?? CancellationError()
        }
    }

    /// Lets the tasks of a race do again what they did, until the one that won has ended.
    private func repeatRace(_ functions: [LuaFunction], _ key: StepKey, winner: LuaValue?) async {
        let freeze = Freeze()
        let tasks = functions.enumerated().map { index, function in
            spawn(function, at: TaskScope.path(beneath: key, index + 1), freeze: freeze)
        }
        for task in tasks { task.noteAwaited() }
        if case .integer(let index)? = winner, tasks.indices.contains(Int(index) - 1) {
            _ = await tasks[Int(index) - 1].end()
            for task in tasks { task.cancel() }
        }
        _ = await Self.ends(of: tasks)
    }

    /// Runs a function until it ends or the time is over. The journal has what came first.
    func limit(_ duration: Duration, _ function: LuaFunction) async throws -> LuaValue {
        var call = currentCall
        call.isIntended = true
        return try await step(
            call,
            prelude: { key in
                guard let recorded = recorded[key], recorded.state != .intent else { return }
                let freeze = Freeze()
                let task = spawn(function, at: TaskScope.path(beneath: key, 1), freeze: freeze)
                task.noteAwaited()
                let ender = Task {
                    await freeze.waitUntilReached()
                    task.cancel()
                }
                _ = await task.end()
                ender.cancel()
            },
            body: { began in
                guard let key = TaskScope.current.step ?? Optional(nextKey()) else { return .nil }
                let task = spawn(function, at: TaskScope.path(beneath: key, 1))
                task.noteAwaited()
                let left = max(.zero, duration - environment.now().since(began))
                let clock = environment.clock
                let end = await withTaskGroup(of: Result<[LuaValue], any Error>?.self) { group in
                    group.addTask { await task.end() }
                    group.addTask {
                        try? await clock.sleep(for: left)
                        return nil
                    }
                    let first = await group.next() ?? nil
                    task.cancel()
                    group.cancelAll()
                    return first
                }
                try checkHalt()
                try Task.checkCancellation()
                guard let end else {
                    throw BackupError(
                        .timedOut,
                        "the task took longer than \(Figures.duration(duration))",
                        isRetryable: true
                    )
                }
                return try end.get().first ?? .nil
            }
        )
    }

    /// Runs a function as one step: a resumed run takes its result from the journal.
    func unit(_ function: LuaFunction) async throws -> LuaValue {
        try await step(currentCall) { _ in try await callInStep(function, []) }
    }

    /// Calls a function of the script from the body of a step, and answers its first result. What the function does is
    /// recorded beneath the step; a resumed run that has the step's answer does not call it.
    public func callInStep(_ function: LuaFunction, _ arguments: [LuaValue]) async throws -> LuaValue {
        guard let key = TaskScope.current.step else {
            return try await call(function, arguments).first ?? .nil
        }
        let scope = TaskScope(path: TaskScope.path(beneath: key), freeze: TaskScope.current.freeze)
        return try await TaskScope.$current.withValue(scope) {
            try await call(function, arguments).first ?? .nil
        }
    }

    /// Lets time pass, counted from the first time that the step began.
    func sleep(_ duration: (Timestamp) -> Duration) async throws -> LuaValue {
        try await step(currentCall) { began in
            let left = duration(began) - environment.now().since(began)
            if left > .zero { try await environment.clock.sleep(for: left) }
            return .nil
        }
    }

    private static func ends(of tasks: [ScriptTask]) async -> [Result<[LuaValue], any Error>] {
        await withTaskGroup(of: (Int, Result<[LuaValue], any Error>).self) { group in
            for (index, task) in tasks.enumerated() {
                task.noteAwaited()
                group.addTask { (index, await task.end()) }
            }
            var ends: [(Int, Result<[LuaValue], any Error>)] = []
            for await end in group { ends.append(end) }
            return ends.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
