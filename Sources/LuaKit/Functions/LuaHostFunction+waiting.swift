extension LuaHostFunction {
    // Each number of parameters has its own initialisers: the compiler cannot form closures that stay on the caller's
    // actor from a parameter pack.

    /// A function with no parameters that may wait.
    public init<Result: LuaResult & Sendable>(
        _ name: String,
        waiting body: @escaping @Sendable () async throws -> Result
    ) {
        self.init(name: name, body: .typedWaiting { _ in Self.answer(body) })
    }

    /// A function with no parameters that may wait and answers nothing.
    public init(
        _ name: String,
        waiting body: @escaping @Sendable () async throws -> Void
    ) {
        self.init(name: name, body: .typedWaiting { _ in Self.silence(body) })
    }

    /// A function with one typed parameter that may wait.
    ///
    /// The arguments are read at once, and a wrong one raises as in a function that does not wait. The body runs on the
    /// state's thread; only its awaits leave the thread free.
    public init<A: LuaParameter, Result: LuaResult & Sendable>(
        _ name: String,
        waiting body: @escaping @Sendable (A) async throws -> Result
    ) {
        self.init(
            name: name,
            body: .typedWaiting { arguments in
                let a = try Self.read(arguments, name, A.self)
                return Self.answer { try await body(a) }
            }
        )
    }

    /// A function with one typed parameter that may wait and answers nothing.
    public init<A: LuaParameter>(
        _ name: String,
        waiting body: @escaping @Sendable (A) async throws -> Void
    ) {
        self.init(
            name: name,
            body: .typedWaiting { arguments in
                let a = try Self.read(arguments, name, A.self)
                return Self.silence { try await body(a) }
            }
        )
    }

    /// A function with two typed parameters that may wait.
    public init<A: LuaParameter, B: LuaParameter, Result: LuaResult & Sendable>(
        _ name: String,
        waiting body: @escaping @Sendable (A, B) async throws -> Result
    ) {
        self.init(
            name: name,
            body: .typedWaiting { arguments in
                let (a, b) = try Self.read(arguments, name, A.self, B.self)
                return Self.answer { try await body(a, b) }
            }
        )
    }

    /// A function with two typed parameters that may wait and answers nothing.
    public init<A: LuaParameter, B: LuaParameter>(
        _ name: String,
        waiting body: @escaping @Sendable (A, B) async throws -> Void
    ) {
        self.init(
            name: name,
            body: .typedWaiting { arguments in
                let (a, b) = try Self.read(arguments, name, A.self, B.self)
                return Self.silence { try await body(a, b) }
            }
        )
    }

    /// A function with three typed parameters that may wait.
    public init<A: LuaParameter, B: LuaParameter, C: LuaParameter, Result: LuaResult & Sendable>(
        _ name: String,
        waiting body: @escaping @Sendable (A, B, C) async throws -> Result
    ) {
        self.init(
            name: name,
            body: .typedWaiting { arguments in
                let (a, b, c) = try Self.read(arguments, name, A.self, B.self, C.self)
                return Self.answer { try await body(a, b, c) }
            }
        )
    }

    /// A function with three typed parameters that may wait and answers nothing.
    public init<A: LuaParameter, B: LuaParameter, C: LuaParameter>(
        _ name: String,
        waiting body: @escaping @Sendable (A, B, C) async throws -> Void
    ) {
        self.init(
            name: name,
            body: .typedWaiting { arguments in
                let (a, b, c) = try Self.read(arguments, name, A.self, B.self, C.self)
                return Self.silence { try await body(a, b, c) }
            }
        )
    }

    /// A function with four typed parameters that may wait.
    public init<
        A: LuaParameter,
        B: LuaParameter,
        C: LuaParameter,
        D: LuaParameter,
        Result: LuaResult & Sendable
    >(
        _ name: String,
        waiting body: @escaping @Sendable (A, B, C, D) async throws -> Result
    ) {
        self.init(
            name: name,
            body: .typedWaiting { arguments in
                let (a, b, c, d) = try Self.read(arguments, name, A.self, B.self, C.self, D.self)
                return Self.answer { try await body(a, b, c, d) }
            }
        )
    }

    /// A function with four typed parameters that may wait and answers nothing.
    public init<A: LuaParameter, B: LuaParameter, C: LuaParameter, D: LuaParameter>(
        _ name: String,
        waiting body: @escaping @Sendable (A, B, C, D) async throws -> Void
    ) {
        self.init(
            name: name,
            body: .typedWaiting { arguments in
                let (a, b, c, d) = try Self.read(arguments, name, A.self, B.self, C.self, D.self)
                return Self.silence { try await body(a, b, c, d) }
            }
        )
    }

    // MARK: Steps

    private static func read<each Parameter: LuaParameter>(
        _ arguments: borrowing LuaArguments,
        _ function: String,
        _ types: repeat (each Parameter).Type
    ) throws -> (repeat each Parameter) {
        var position = 0
        return (repeat try next((each Parameter).self, arguments, &position, function))
    }

    private static func answer<Result: LuaResult & Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) -> Wait {
        {
            let result = try await body()
            return { try result.push(to: $0) }
        }
    }

    private static func silence(_ body: @escaping @Sendable () async throws -> Void) -> Wait {
        {
            try await body()
            return { _ in LuaResults.none }
        }
    }
}
