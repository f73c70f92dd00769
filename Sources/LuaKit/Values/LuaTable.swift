/// A Lua table that Swift keeps alive: the table itself, not a copy.
///
/// It belongs to one state, which it does not keep alive, and may be dropped on any thread. A host function takes it as
/// a parameter; as a result or a ``LuaValue/reference(_:)`` it is the same table to the script.
///
/// Elements are read and set raw: no metamethod runs, so that no script code does. Each method is one step, and comes in
/// two forms: one that throws `conversion` anywhere but on the state's thread, for host functions that answer at once,
/// and one that is awaited. A value that is read is a copy, within the limits of the state.
public final class LuaTable: Sendable {
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

extension LuaTable: Hashable {
    /// Two handles are equal when they are the same handle.
    public static func == (left: LuaTable, right: LuaTable) -> Bool { left === right }

    /// Hashes the handle's identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
