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

    /// Calls it and answers its results; a host function that waits can call what it was given. The function may itself
    /// wait.
    ///
    /// Runs under the limits of its state, as ``LuaState/call(_:_:randomStream:cancellation:)`` does. Throws what the script
    /// did not catch, and `conversion` when the state is gone or an argument belongs to another one.
    public func call(
        _ arguments: [LuaValue] = [],
        randomStream: UInt64? = nil,
        cancellation: LuaCancellation = .ofState
    ) async throws(LuaError) -> [LuaValue] {
        guard let state = slots.state else {
            throw LuaError(.conversion, "the Lua state of this function is gone")
        }
        return try await state.call(self, arguments, randomStream: randomStream, cancellation: cancellation)
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
        weak var state: LuaState?
    }

    /// The state whose slots they are, while it lives.
    var state: LuaState? { owner.withLock { $0.state } }

    func setState(_ state: LuaState) {
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
