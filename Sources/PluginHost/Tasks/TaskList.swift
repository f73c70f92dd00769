import BackupAPI
import LuaKit
import Synchronization

/// The tasks of a run's script, itself among them, as long as they matter.
final class TaskList: Sendable {
    private struct State {
        var tasks: [ScriptTask] = []
        /// How many there may be before the settled ones are dropped.
        var room = 16
        var isCancelled = false
    }

    /// Who waits for whom among them.
    let waits = TaskWaits()
    private let limit: Int
    private let state = Mutex(State())

    /// At most `limit` tasks may matter at a time.
    init(limit: Int) {
        self.limit = limit
    }

    func addMain(_ task: ScriptTask) {
        state.withLock { $0.tasks.append(task) }
    }

    /// Makes a task and keeps it. Throws when there are too many.
    func add(_ make: () -> ScriptTask) throws -> ScriptTask {
        let (task, isCancelled) = try state.withLock { state in
            if state.tasks.count >= min(state.room, limit) {
                state.tasks.removeAll(where: \.isSettled)
                state.room = max(16, state.tasks.count * 2)
            }
            guard state.tasks.count < limit else {
                throw BackupError(
                    .unsupported,
                    "\(state.tasks.count) tasks are under way in the script, and no more are allowed",
                    fix: "Wait for some of them first."
                )
            }
            let task = make()
            state.tasks.append(task)
            return (task, state.isCancelled)
        }
        if isCancelled { task.cancel() }
        return task
    }

    /// Cancels all, and those that are added later.
    func cancelAll() {
        let tasks = state.withLock { state in
            state.isCancelled = true
            return state.tasks
        }
        for task in tasks { task.cancel() }
    }

    /// Waits until all have ended, and returns a failure that nobody has waited for: of the task that comes first in the
    /// order of the paths, since which one failed first in time may be another the next time.
    func end() async -> (any Error)? {
        while let task = state.withLock({ $0.tasks.first { !$0.isOver } }) { _ = await task.end() }
        let unseen = state.withLock { $0.tasks.filter { !$0.isSettled } }
        let first = unseen.min { one, other in
            Self.numbers(of: one.path).lexicographicallyPrecedes(Self.numbers(of: other.path))
        }
        guard case .failure(let error)? = await first?.end() else { return nil }
        return error
    }

    /// The numbers in a path: text would have 10 before 9.
    private static func numbers(of path: String) -> [Int] {
        path.split { !$0.isNumber }.compactMap { Int($0) }
    }
}
