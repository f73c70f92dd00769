import BackupAPI
import LuaKit
import RunJournal

extension TaskCalls {
    /// The result of the first task that succeeds; the others are cancelled then. The journal has which one it was.
    func any(_ functions: [LuaFunction]) async throws -> LuaValue {
        var call = run.currentCall
        call.isIntended = true
        let key = Latch<StepKey>()
        let result = try await steps.step(
            call,
            prelude: { step in
                key.value = step
                guard let recorded = steps.positions.recorded[step], recorded.state != .intent else { return }
                let winner = recorded.state == .done ? try steps.answer(of: recorded)?["index"] : nil
                try await repeatRace(functions, step, winner: winner)
            },
            body: { _ in try await race(functions, key.value ?? steps.positions.nextKey()) }
        )
        return result["value"]
    }

    private func race(_ functions: [LuaFunction], _ key: StepKey) async throws -> LuaValue {
        let tasks = try functions.enumerated().map { try child($1, beneath: key, $0 + 1, isOptional: true) }
        var failures: [(any Error)?] = Array(repeating: nil, count: tasks.count)
        return try await withThrowingTaskGroup(of: (Int, Result<[LuaValue], any Error>).self) { group in
            for (index, task) in tasks.enumerated() {
                group.addTask { (index, await task.end()) }
            }
            defer { for task in tasks { task.cancel() } }
            for try await (index, end) in group {
                switch end {
                case .success(let values):
                    let value = try (values.first ?? .nil).kept
                    return .record(["index": .integer(Int64(index + 1)), "value": value])
                case .failure(let error): failures[index] = error
                }
            }
            try run.stop.check()
            try Task.checkCancellation()
            throw failures.lazy.compactMap { $0 }.first ?? CancellationError()
        }
    }

    /// Lets the tasks of a race do again what they did, until the one that won has ended.
    private func repeatRace(_ functions: [LuaFunction], _ key: StepKey, winner: LuaValue?) async throws {
        let freeze = Freeze()
        let tasks = try functions.enumerated().map { index, function in
            try child(function, beneath: key, index + 1, isOptional: true, freeze: freeze)
        }
        if case .integer(let index)? = winner, tasks.indices.contains(Int(index) - 1) {
            _ = await tasks[Int(index) - 1].end()
            for task in tasks { task.cancel() }
        }
        _ = await Self.ends(of: tasks)
        try run.stop.check()
    }

    /// Runs a function until it ends or the time is over. The journal has what came first.
    func limit(_ duration: Duration, _ function: LuaFunction) async throws -> LuaValue {
        var call = run.currentCall
        call.isIntended = true
        let key = Latch<StepKey>()
        return try await steps.step(
            call,
            prelude: { step in
                key.value = step
                guard let recorded = steps.positions.recorded[step], recorded.state != .intent else { return }
                try await repeatLimited(function, step)
            },
            body: { began in
                let milestone = Milestone()
                let task = try child(
                    function,
                    beneath: key.value ?? steps.positions.nextKey(),
                    1,
                    isOptional: true,
                    milestone: milestone
                )
                let time = run.time(duration, since: began)
                let end = await end(of: task, within: time, after: milestone)
                try run.stop.check()
                try Task.checkCancellation()
                // A resumed run may find the task cancelled already, and not why.
                guard let end, !time.isOver || !end.isCancellation else {
                    throw BackupError(
                        .timedOut,
                        "the task took longer than \(Figures.duration(duration))",
                        isRetryable: true
                    )
                }
                return try (end.get().first ?? .nil).kept
            }
        )
    }

    /// How a task ended; `nil` when it was cancelled since the time was over. A resumed run does again what it did before it
    /// looks at the time.
    private func end(
        of task: ScriptTask,
        within time: StepTime,
        after milestone: Milestone
    ) async -> Result<[LuaValue], any Error>? {
        let isResumed = !steps.positions.recorded.isEmpty
        return await withTaskGroup(of: Result<[LuaValue], any Error>?.self) { group in
            group.addTask { await task.end() }
            group.addTask {
                if isResumed { await milestone.waitUntilReached() }
                try? await time.sleep()
                return nil
            }
            let first = await group.next() ?? nil
            task.cancel()
            group.cancelAll()
            return first
        }
    }

    /// Lets a function that was given a time do again what it did.
    private func repeatLimited(_ function: LuaFunction, _ key: StepKey) async throws {
        let freeze = Freeze()
        let task = try child(function, beneath: key, 1, isOptional: true, freeze: freeze)
        let ender = Task(executorPreference: run.environment.taskExecutor) {
            await freeze.waitUntilReached()
            task.cancel()
        }
        _ = await task.end()
        ender.cancel()
        try run.stop.check()
    }
}

extension Result<[LuaValue], any Error> {
    /// Whether the task ended since it was cancelled.
    fileprivate var isCancellation: Bool {
        guard case .failure(let error) = self else { return false }
        return error is CancellationError || (error as? LuaError)?.code == .cancelled
    }
}
