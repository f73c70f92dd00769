extension LuaObjectType {
    /// Adds a method with no parameters that may wait.
    public mutating func method<Result: LuaResult & Sendable>(
        _ name: String,
        waiting body: @escaping @Sendable (Object) async throws -> Result
    ) {
        methods.append((name, LuaHostFunction("\(self.name).\(name)", waiting: body)))
    }

    /// Adds a method with no parameters that may wait, whose result is `Encodable`, or nothing.
    @_disfavoredOverload
    public mutating func method<Result: Sendable>(
        _ name: String,
        waiting body: @escaping @Sendable (Object) async throws -> Result
    ) {
        methods.append((name, LuaHostFunction("\(self.name).\(name)", waiting: body)))
    }

    /// Adds a method with one parameter that may wait.
    public mutating func method<A: LuaParameter, Result: LuaResult & Sendable>(
        _ name: String,
        waiting body: @escaping @Sendable (Object, A) async throws -> Result
    ) {
        methods.append((name, LuaHostFunction("\(self.name).\(name)", waiting: body)))
    }

    /// Adds a method with one parameter that may wait, whose result is `Encodable`, or nothing.
    @_disfavoredOverload
    public mutating func method<A: LuaParameter, Result: Sendable>(
        _ name: String,
        waiting body: @escaping @Sendable (Object, A) async throws -> Result
    ) {
        methods.append((name, LuaHostFunction("\(self.name).\(name)", waiting: body)))
    }

    /// Adds a method with two parameters that may wait.
    public mutating func method<A: LuaParameter, B: LuaParameter, Result: LuaResult & Sendable>(
        _ name: String,
        waiting body: @escaping @Sendable (Object, A, B) async throws -> Result
    ) {
        methods.append((name, LuaHostFunction("\(self.name).\(name)", waiting: body)))
    }

    /// Adds a method with two parameters that may wait, whose result is `Encodable`, or nothing.
    @_disfavoredOverload
    public mutating func method<A: LuaParameter, B: LuaParameter, Result: Sendable>(
        _ name: String,
        waiting body: @escaping @Sendable (Object, A, B) async throws -> Result
    ) {
        methods.append((name, LuaHostFunction("\(self.name).\(name)", waiting: body)))
    }

    /// Adds a method with three parameters that may wait.
    public mutating func method<
        A: LuaParameter,
        B: LuaParameter,
        C: LuaParameter,
        Result: LuaResult & Sendable
    >(
        _ name: String,
        waiting body: @escaping @Sendable (Object, A, B, C) async throws -> Result
    ) {
        methods.append((name, LuaHostFunction("\(self.name).\(name)", waiting: body)))
    }

    /// Adds a method with three parameters that may wait, whose result is `Encodable`, or nothing.
    @_disfavoredOverload
    public mutating func method<A: LuaParameter, B: LuaParameter, C: LuaParameter, Result: Sendable>(
        _ name: String,
        waiting body: @escaping @Sendable (Object, A, B, C) async throws -> Result
    ) {
        methods.append((name, LuaHostFunction("\(self.name).\(name)", waiting: body)))
    }
}
