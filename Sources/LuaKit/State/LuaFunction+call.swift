extension LuaFunction {
    /// Calls it and returns its results; a host function that waits can call what it was given. The function may itself
    /// wait.
    ///
    /// Runs under the limits of its state, as ``LuaState/call(_:_:randomStream:cancellation:)`` does. Throws what the script
    /// did not catch, and `conversion` when the state is gone or an argument belongs to another one.
    public func call(
        _ arguments: [LuaValue] = [],
        randomStream: UInt64? = nil,
        cancellation: LuaCancellation = .ofState
    ) async throws(LuaError) -> [LuaValue] {
        guard let state = slots.owningState as? LuaState else {
            throw LuaError(.conversion, "the Lua state of this function is gone")
        }
        return try await state.call(self, arguments, randomStream: randomStream, cancellation: cancellation)
    }

    /// Calls it with Swift values and returns its first result as one: `add.call(1, 2, as: Int.self)`.
    ///
    /// Throws as ``call(_:randomStream:cancellation:)`` does, and `conversion` for a value that cannot cross.
    public func call<each Argument: Encodable, Result: Decodable & Sendable>(
        _ arguments: repeat each Argument,
        as type: Result.Type
    ) async throws(LuaError) -> Result {
        var values: [LuaValue] = []
        for argument in repeat each arguments { values.append(try LuaValue(alone: argument)) }
        return try await call(values).firstDecoded()
    }
}
