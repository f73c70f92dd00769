import LuaKit
import Synchronization

/// A task of a script: a function that runs beside others.
final class ScriptTask: LuaObject {
    private let task: Task<[LuaValue], any Error>
    private let awaited = Atomic(false)

    static let luaType = LuaObjectType<ScriptTask>("Task") { type in
        type.method("wait", waiting: { (task: ScriptTask) in try await task.value() })
        type.method("cancel") { (task: ScriptTask) in task.cancel() }
    }

    init(_ body: @escaping @Sendable () async throws -> [LuaValue]) {
        task = Task { try await body() }
    }

    /// Whether somebody has waited for it, and so seen its failure.
    var isAwaited: Bool { awaited.load(ordering: .relaxed) }

    func noteAwaited() {
        awaited.store(true, ordering: .relaxed)
    }

    func cancel() {
        task.cancel()
    }

    /// How it ended. Cancelling the waiting task cancels it too.
    func end() async -> Result<[LuaValue], any Error> {
        await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
    }

    /// Its first result. Throws what it failed with.
    func value() async throws -> LuaValue {
        noteAwaited()
        return try await end().get().first ?? .nil
    }
}
