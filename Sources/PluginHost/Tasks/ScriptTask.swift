import BackupAPI
import LuaKit
import Synchronization

/// A task of a script: a function that runs beside others.
final class ScriptTask: LuaObject {
    /// The path under which its steps are counted.
    let path: String
    private let task: Task<[LuaValue], any Error>
    private let state: Mutex<State>

    private struct State {
        /// Whether somebody has waited for it, and so seen its failure.
        var isAwaited = false
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
        on executor: (any TaskExecutor)?,
        _ body: @escaping @Sendable () async throws -> [LuaValue]
    ) {
        let end = TaskEnd()
        self.path = path
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
    var isUnseen: Bool { state.withLock { !$0.isAwaited && !$0.isGivenUp } }

    func noteAwaited() {
        state.withLock { $0.isAwaited = true }
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
        let current = TaskScope.current.path
        guard current != path, !current.hasPrefix(path + "/") else {
            throw BackupError(.conflict, "a task cannot wait for itself")
        }
        noteAwaited()
        try await end.wait()
        return try await task.value.first ?? .nil
    }
}

/// The end of a task, as those see it who wait for it.
private final class TaskEnd: Sendable {
    private struct State {
        var isOver = false
        var isFailed = false
        var waiting: [AsyncStream<Void>.Continuation] = []
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
        for waiter in waiting { waiter.finish() }
    }

    /// Throws `CancellationError` when the waiting task is cancelled before.
    func wait() async throws {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        let isOver = state.withLock { state in
            if !state.isOver { state.waiting.append(continuation) }
            return state.isOver
        }
        if isOver { return }
        for await _ in stream {}
        if !self.isOver { try Task.checkCancellation() }
    }
}
