import Synchronization

/// A Lua function that Swift keeps alive. It belongs to one state, which it does not keep alive, and may be dropped on
/// any thread.
public final class LuaFunction: Sendable {
    let slot: Int64
    let slots: SlotRegistry

    init(slot: Int64, slots: SlotRegistry) {
        self.slot = slot
        self.slots = slots
    }

    deinit {
        slots.drop(slot)
    }
}

extension LuaFunction: Hashable {
    /// Two handles are equal when they are the same handle.
    public static func == (left: LuaFunction, right: LuaFunction) -> Bool { left === right }

    /// Hashes the handle's identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// The slots of one state that were dropped and wait for their owner to free them: `deinit` never calls Lua.
final class SlotRegistry: Sendable {
    private let dropped = Mutex<[Int64]>([])
    /// Whether there may be some; spares each step the lock.
    private let hasDropped = Atomic(false)
    private let owner = Mutex(Owner())

    private struct Owner {
        weak var state: (any Actor)?
    }

    /// The state whose slots they are, while it lives.
    var owningState: (any Actor)? { owner.withLock { $0.state } }

    func setState(_ state: any Actor) {
        owner.withLock { $0.state = state }
    }

    func drop(_ slot: Int64) {
        dropped.withLock { $0.append(slot) }
        hasDropped.store(true, ordering: .releasing)
    }

    func takeDropped() -> [Int64] {
        guard hasDropped.load(ordering: .relaxed) else { return [] }
        hasDropped.store(false, ordering: .relaxed)
        return dropped.withLock { slots in
            defer { slots = [] }
            return slots
        }
    }
}
