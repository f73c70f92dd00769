import LuaKit
import RunJournal
import Synchronization

/// A lock that a script holds.
final class HeldLock: LuaObject {
    private let locks: LockCalls
    private let name: String
    private let holder: StepKey
    private let isReleased = Atomic(false)

    static let luaType = LuaObjectType<HeldLock>("Lock") { type in
        type.method("release", waiting: { (lock: HeldLock) in try await lock.release() })
        type.close(waiting: { (lock: HeldLock) in try await lock.release() })
    }

    init(_ name: String, holder: StepKey, in locks: LockCalls) {
        (self.name, self.holder, self.locks) = (name, holder, locks)
    }

    /// Frees it; nothing happens the second time.
    func release() async throws {
        guard !isReleased.exchange(true, ordering: .relaxed) else { return }
        try await locks.release(name, by: holder)
    }
}
