import CLua
import Synchronization

/// Lets a cancelled task, on any thread, reach the state that may be gone by then.
final class Interrupt: Sendable {
    private let host = Mutex<UInt?>(nil)
    private let graceTicks: UInt64

    init(graceTicks: UInt64) {
        self.graceTicks = graceTicks
    }

    func attach(_ core: LuaCore) {
        let address = unsafe UInt(bitPattern: core.host)
        host.withLock { $0 = address }
    }

    func detach() {
        host.withLock { $0 = nil }
    }

    /// The first reason stays.
    func cancel(for reason: Int32 = Int32(CLUA_CANCELLED)) {
        host.withLock { address in
            // SAFETY: the address is that of a live host: `detach` precedes its end, under the same lock.
            guard let address, let host = unsafe OpaquePointer(bitPattern: address) else { return }
            unsafe clua_cancel(host, graceTicks, reason)
        }
    }
}

/// Decides which of two tasks came first.
final class Race: Sendable {
    private let isOver = Atomic(false)

    /// Answers true to the first caller only.
    func win() -> Bool { !isOver.exchange(true, ordering: .acquiringAndReleasing) }
}
