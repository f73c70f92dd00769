import LuaKit
import RunJournal
import Synchronization

/// A lock that a script holds.
final class HeldLock: LuaObject {
    private let run: RunContext
    private let name: String
    private let holder: StepKey
    private let isReleased = Atomic(false)

    static let luaType = LuaObjectType<HeldLock>("Lock") { type in
        type.method("release", waiting: { (lock: HeldLock) in try await lock.release() })
        type.close(waiting: { (lock: HeldLock) in try await lock.release() })
    }

    init(_ name: String, holder: StepKey, in run: RunContext) {
        (self.name, self.holder, self.run) = (name, holder, run)
    }

    /// Frees it; nothing happens the second time.
    func release() async throws {
        guard !isReleased.exchange(true, ordering: .relaxed) else { return }
        try await run.release(name, by: holder)
    }
}
