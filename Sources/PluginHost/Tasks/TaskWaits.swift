import BackupAPI
import RunJournal
import Synchronization

/// Who waits for whom among the tasks of a run.
final class TaskWaits: Sendable {
    private struct Wait {
        let chain: TaskChain
        let target: ScriptTask
        /// Ends the wait with an error.
        let fail: @Sendable (BackupError) -> Void
    }

    private struct State {
        var count = 0
        var waits: [Int: Wait] = [:]
    }

    private let state = Mutex(State())

    /// Waits for a task by `body`, which gets the error that ends the wait where tasks wait for one another in a circle.
    ///
    /// All waits of a circle end so, whichever of them was the last: else a resumed run might do something else.
    func wait(
        for target: ScriptTask,
        fail: @escaping @Sendable (BackupError) -> Void,
        _ body: () async throws -> Void
    ) async throws {
        let chain = TaskChain(TaskScope.current)
        let (number, circle) = state.withLock { state in
            state.count += 1
            state.waits[state.count] = Wait(chain: chain, target: target, fail: fail)
            return (state.count, Self.circle(of: state.count, in: state.waits))
        }
        defer { state.withLock { $0.waits[number] = nil } }
        let error = BackupError.circle(of: circle.map(\.target))
        for wait in circle { wait.fail(error) }
        try await body()
    }

    /// The chains of tasks that cannot go on as long as the code in a scope waits.
    func blocked(by scope: TaskScope) -> [TaskChain] {
        state.withLock { state in
            Self.blocked(by: TaskChain(scope), in: state.waits).map(\.chain)
        }
    }

    private static func circle(of number: Int, in waits: [Int: Wait]) -> [Wait] {
        guard let first = waits[number] else { return [] }
        let all = blocked(by: first.chain, in: waits.filter { $0.key != number })
        guard var index = all.firstIndex(where: { $0.chain.contains(first.target.path) }) else { return [] }
        var circle = [first]
        while let wait = all[index].wait {
            circle.append(wait)
            index = all[index].parent
        }
        return circle
    }

    /// The chain, and those that wait for a task of it, and so on; each with the wait that put it there.
    private static func blocked(
        by chain: TaskChain,
        in waits: [Int: Wait]
    ) -> [(chain: TaskChain, wait: Wait?, parent: Int)] {
        var found: [(chain: TaskChain, wait: Wait?, parent: Int)] = [(chain, nil, 0)]
        var left = waits
        var index = 0
        while index < found.count {
            for (number, wait) in left.sorted(by: { $0.key < $1.key })
            where found[index].chain.contains(wait.target.path) {
                left[number] = nil
                found.append((wait.chain, wait, index))
            }
            index += 1
        }
        return found
    }
}

/// A task and those above it that cannot go on before it has ended.
struct TaskChain: Sendable {
    private let path: String
    private let top: String

    init(_ scope: TaskScope) {
        (path, top) = (scope.path, scope.top)
    }

    /// Whether the task with this path is one of them.
    func contains(_ other: String) -> Bool {
        other.utf8.count >= top.utf8.count && (path == other || path.hasPrefix(other + "/"))
    }
}

extension BackupError {
    fileprivate static func circle(of tasks: [ScriptTask]) -> BackupError {
        let names = tasks.map { "'\($0.path)'" }.sorted()
        let list = names.dropLast().joined(separator: ", ")
        return BackupError(
            .conflict,
            "the tasks \(list) and \(names.last ?? "") wait for one another, so that none of them would ever end",
            fix: "Let one of them end without waiting for the others."
        )
    }

    /// The lock would never be free.
    static func circle(_ waits: [LockWait], for run: String) -> BackupError {
        let name = waits.first?.name.printable ?? ""
        let others = waits.dropFirst().map { wait in
            let holder = wait.step.run == run ? "another task of this run" : "run '\(wait.step.run)'"
            return "\(holder), which waits for '\(wait.name.printable)', held by "
        }
        let end = waits.count > 1 ? "this task" : "a task that waits for this one"
        return BackupError(
            .conflict,
            "the lock '\(name)' would never be free: it is held by \(others.joined())\(end)",
            fix: "Take the locks in the same order everywhere.",
            isRetryable: true
        )
    }
}
