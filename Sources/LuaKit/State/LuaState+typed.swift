extension LuaState {
    /// Runs a script and returns its first result as a Swift type: `state.run(source, as: Int.self)`.
    ///
    /// Throws as ``run(_:arguments:randomStream:)`` does, and `conversion` when the result is of another type.
    public func run<Result: Decodable & Sendable>(
        _ source: LuaSource,
        arguments: [LuaValue] = [],
        as type: Result.Type
    ) async throws(LuaError) -> Result {
        try await run(source, arguments: arguments).firstDecoded()
    }

    /// Sets a global to what ``LuaEncoder`` makes of a Swift value; an optional's `nil` removes it.
    public func set(_ name: String, to value: some Encodable & Sendable) throws(LuaError) {
        try set(name, to: LuaValue(alone: value))
    }

    /// The value of a global as a Swift type; throws `conversion` when it is of another.
    public func get<Value: Decodable & Sendable>(_ name: String, as type: Value.Type)
        throws(LuaError)
        -> Value
    {
        try get(name).decoded(name)
    }

    /// Makes a Swift function a value of this state, to stand in tables, arguments and globals.
    ///
    /// The state keeps it until the state ends: make it once, not at each call.
    public func makeFunction(_ function: LuaHostFunction) throws(LuaError) -> LuaFunction {
        var writer = ValueWriter(core: core)
        writer.writeHostFunction(try core.register(function.body, as: function.name))
        return try core.makeFunction(writer.bytes)
    }
}

extension LuaValue {
    /// What a Swift value is that stands alone.
    init(alone value: some Encodable) throws(LuaError) {
        do throws(LuaConversionError) {
            self = try LuaEncoder.encodeAlone(value)
        } catch {
            throw LuaError(.conversion, error.description)
        }
    }

    /// The value as a Swift type; `name` is what an error calls it.
    func decoded<Value: Decodable>(_ name: String) throws(LuaError) -> Value {
        do throws(LuaConversionError) {
            return try LuaDecoder.decode(Value.self, from: self)
        } catch {
            throw LuaError(.conversion, "\(name): \(error)")
        }
    }
}

extension [LuaValue] {
    /// The first result as a Swift type.
    func firstDecoded<Value: Decodable>() throws(LuaError) -> Value {
        try (first ?? .nil).decoded("result #1")
    }
}
