import BackupAPI
import LuaKit
import Synchronization

/// A task of a script: a function that runs beside others.
final class ScriptTask: LuaObject {
    /// The path under which its steps are counted.
    let path: String
    private let waits: TaskWaits
    private let task: Task<[LuaValue], any Error>
    private let state: Mutex<State>

    private struct State {
        /// How many have waited for it, and so see its failure.
        var waiters = 0
        /// Whether the script has given it up, and so does not mind its failure.
        var isGivenUp = false
    }

    /// How it ended, for those who stop waiting when they are cancelled.
    private let end: TaskEnd

    static let luaType = LuaObjectType<ScriptTask>("Task") { type in
        type.method("wait", waiting: { (task: ScriptTask) in try await task.value() })
        type.method("cancel") { (task: ScriptTask) in task.giveUp() }
    }

    init(
        path: String,
        waits: TaskWaits,
        on executor: (any TaskExecutor)?,
        _ body: @escaping @Sendable () async throws -> [LuaValue]
    ) {
        let end = TaskEnd()
        self.path = path
        self.waits = waits
        self.end = end
        state = Mutex(State())
        task = Task(executorPreference: executor) {
            defer { end.signal() }
            do {
                return try await body()
            } catch {
                end.noteFailure()
                throw error
            }
        }
    }

    /// Whether nothing of it matters any more: it is over, and no failure waits to be seen.
    var isSettled: Bool { end.isOver && (!end.isFailed || !isUnseen) }

    /// Whether it is over.
    var isOver: Bool { end.isOver }

    /// Whether its failure, if it fails, is still to be seen.
    var isUnseen: Bool { state.withLock { $0.waiters == 0 && !$0.isGivenUp } }

    func noteAwaited() {
        state.withLock { $0.waiters += 1 }
    }

    func cancel() {
        task.cancel()
    }

    /// Cancels it for the script, which does not care for it any more.
    private func giveUp() {
        state.withLock { $0.isGivenUp = true }
        task.cancel()
    }

    /// Whether the script has given it up.
    var isGivenUp: Bool { state.withLock { $0.isGivenUp } }

    /// How it ended. Cancelling the waiting task cancels it too.
    func end() async -> Result<[LuaValue], any Error> {
        await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
    }

    /// Its first result. Throws what it failed with; a waiting task that is cancelled leaves it running.
    private func value() async throws -> LuaValue {
        guard !TaskChain(TaskScope.current).contains(path) else {
            throw BackupError(.conflict, "a task cannot wait for itself")
        }
        noteAwaited()
        let waiter = TaskWaiter()
        do {
            try await waits.wait(for: self, fail: waiter.fail) { try await end.wait(waiter) }
        } catch {
            // Nobody sees how a task ends that waits for who waits for it.
            if waiter.isEnded { state.withLock { $0.waiters -= 1 } }
            throw error
        }
        return try await task.value.first ?? .nil
    }
}

/// The end of a task, as those see it who wait for it.
private final class TaskEnd: Sendable {
    private struct State {
        var isOver = false
        var isFailed = false
        var waiting: [TaskWaiter] = []
    }

    private let state = Mutex(State())

    var isOver: Bool { state.withLock { $0.isOver } }
    var isFailed: Bool { state.withLock { $0.isFailed } }

    func noteFailure() {
        state.withLock { $0.isFailed = true }
    }

    func signal() {
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.wake() }
    }

    /// Throws `CancellationError` when the waiting task is cancelled before, and what ends the wait.
    func wait(_ waiter: TaskWaiter) async throws {
        let isOver = state.withLock { state in
            if !state.isOver { state.waiting.append(waiter) }
            return state.isOver
        }
        if isOver { return }
        try await waiter.wait()
        if !self.isOver { try Task.checkCancellation() }
    }
}

/// Somebody who waits for the end of a task.
private final class TaskWaiter: Sendable {
    private let (woken, signal) = AsyncStream<Void>.makeStream()
    private let failure = Latch<BackupError>()

    func wake() {
        signal.finish()
    }

    /// Ends the wait with an error.
    @Sendable func fail(_ error: BackupError) {
        failure.value = error
        signal.finish()
    }

    /// Whether an error has ended the wait.
    var isEnded: Bool { failure.value != nil }

    func wait() async throws {
        for await _ in woken {}
        if let error = failure.value { throw error }
    }
}
