extension LuaObjectType {
    /// Adds a method with no parameters that may wait.
    public mutating func method<Result: LuaResult & Sendable>(
        _ name: String,
        waiting body: @escaping @Sendable (Object) async throws -> Result
    ) {
        methods.append((name, LuaHostFunction("\(self.name).\(name)", waiting: body)))
    }

    /// Adds a method with no parameters that may wait and answers nothing.
    public mutating func method(
        _ name: String,
        waiting body: @escaping @Sendable (Object) async throws -> Void
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

    /// Adds a method with one parameter that may wait and answers nothing.
    public mutating func method<A: LuaParameter>(
        _ name: String,
        waiting body: @escaping @Sendable (Object, A) async throws -> Void
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

    /// Adds a method with two parameters that may wait and answers nothing.
    public mutating func method<A: LuaParameter, B: LuaParameter>(
        _ name: String,
        waiting body: @escaping @Sendable (Object, A, B) async throws -> Void
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

    /// Adds a method with three parameters that may wait and answers nothing.
    public mutating func method<A: LuaParameter, B: LuaParameter, C: LuaParameter>(
        _ name: String,
        waiting body: @escaping @Sendable (Object, A, B, C) async throws -> Void
    ) {
        methods.append((name, LuaHostFunction("\(self.name).\(name)", waiting: body)))
    }
}
