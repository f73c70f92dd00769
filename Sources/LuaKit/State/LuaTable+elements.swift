extension LuaTable {
    /// A key and its value.
    public typealias Element = (key: LuaValue, value: LuaValue)

    // MARK: In a call

    /// The value of a key; `.nil` where there is none.
    public func get(_ key: LuaValue) throws(LuaError) -> LuaValue {
        try inCall { core throws(LuaError) in try core.get(key, of: self) }
    }

    /// The value of a key as a Swift type; throws `conversion` when it is of another.
    public func get<Value: Decodable>(_ key: LuaValue, as type: Value.Type) throws(LuaError)
        -> Value
    {
        try get(key).decoded("\(key)")
    }

    /// Sets the value of a key; `.nil` removes it. Throws `conversion` for a key that cannot be one.
    public func set(_ key: LuaValue, to value: LuaValue) throws(LuaError) {
        try inCall { core throws(LuaError) in try core.set(key, to: value, of: self) }
    }

    /// Sets the value of a key to what ``LuaEncoder`` makes of a Swift value; an optional's `nil` removes it.
    public func set(_ key: LuaValue, to value: some Encodable) throws(LuaError) {
        try set(key, to: LuaValue(alone: value))
    }

    /// The number of elements 1…n, as Lua's `#` gives it for a table without a metatable.
    public func length() throws(LuaError) -> Int {
        try inCall { core throws(LuaError) in try core.length(of: self) }
    }

    /// The element after a key, in no particular order, from `.nil` for the first; `nil` at the end. Setting a key that
    /// the table does not have ends the order. Throws for a key that is not in the table.
    public func next(after key: LuaValue = .nil) throws(LuaError) -> Element? {
        try inCall { core throws(LuaError) in try core.next(after: key, of: self) }
    }

    /// The whole contents, copied.
    public func copy() throws(LuaError) -> LuaTableValue {
        try inCall { core throws(LuaError) in try core.copy(self) }
    }

    // MARK: Awaited

    /// The value of a key; `.nil` where there is none.
    public func get(_ key: LuaValue) async throws(LuaError) -> LuaValue {
        try await owner().perform { core throws(LuaError) in try core.get(key, of: self) }
    }

    /// The value of a key as a Swift type; throws `conversion` when it is of another.
    public func get<Value: Decodable>(_ key: LuaValue, as type: Value.Type)
        async throws(LuaError)
        -> Value
    {
        try await get(key).decoded("\(key)")
    }

    /// Sets the value of a key; `.nil` removes it. Throws `conversion` for a key that cannot be one.
    public func set(_ key: LuaValue, to value: LuaValue) async throws(LuaError) {
        try await owner().perform { core throws(LuaError) in try core.set(key, to: value, of: self) }
    }

    /// Sets the value of a key to what ``LuaEncoder`` makes of a Swift value; an optional's `nil` removes it.
    public func set(_ key: LuaValue, to value: some Encodable) async throws(LuaError) {
        try await set(key, to: LuaValue(alone: value))
    }

    /// The number of elements 1…n, as Lua's `#` gives it for a table without a metatable.
    public func length() async throws(LuaError) -> Int {
        try await owner().perform { core throws(LuaError) in try core.length(of: self) }
    }

    /// The element after a key, in no particular order, from `.nil` for the first; `nil` at the end.
    public func next(after key: LuaValue = .nil) async throws(LuaError) -> Element? {
        try await owner().perform { core throws(LuaError) in try core.next(after: key, of: self) }
    }

    /// The whole contents, copied.
    public func copy() async throws(LuaError) -> LuaTableValue {
        try await owner().perform { core throws(LuaError) in try core.copy(self) }
    }

    // MARK: The state

    private func owner() throws(LuaError) -> LuaState {
        guard let state = slots.owningState as? LuaState else {
            throw LuaError(.conversion, "the Lua state of this table is gone")
        }
        return state
    }

    private func inCall<Value: Sendable>(
        _ step: @Sendable (LuaCore) throws(LuaError) -> Value
    ) throws(LuaError) -> Value {
        let state = try owner()
        guard state.isOnThread else {
            throw LuaError(.conversion, "a table is used without await only on its state's thread")
        }
        let result = state.assumeIsolated { state in
            Result { () throws(LuaError) in try step(state.core) }
        }
        return try result.get()
    }
}

extension LuaState {
    /// Takes one step on the state's thread.
    func perform<Value: Sendable>(
        _ step: @Sendable (LuaCore) throws(LuaError) -> Value
    ) throws(LuaError) -> Value {
        try step(core)
    }

    /// Makes a table of a value's elements.
    public func makeTable(_ contents: LuaTableValue = LuaTableValue()) throws(LuaError) -> LuaTable {
        try core.makeTable(contents)
    }

    /// The table in a global; `nil` when the global is none.
    public func table(named name: String) throws(LuaError) -> LuaTable? {
        try core.globalTable(name)
    }
}
