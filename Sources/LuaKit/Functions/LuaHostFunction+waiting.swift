// A parameter pack of an `async` closure that keeps its caller's isolation crashes the compiler of Swift 6.3: one initializer
// for each number of parameters instead.

/// A function with up to four typed parameters that may wait; to the script it is an ordinary call.
///
/// It runs on the state's thread; only its awaits leave the thread free.
extension LuaHostFunction {
    /// A waiting function of no parameters that returns a result.
    @inlinable public init<Result: LuaResult & SendableMetatype>(
        _ name: String,
        waiting body: @escaping @Sendable () async throws -> Result
    ) {
        self.init(
            name: name,
            body: .waiting { arguments in
                let results = arguments.results
                return try await body().push(to: results)
            }
        )
    }

    /// A waiting function of one parameter that returns a result.
    @inlinable public init<A: LuaParameter, Result: LuaResult & SendableMetatype>(
        _ name: String,
        waiting body: @escaping @Sendable (A) async throws -> Result
    ) {
        self.init(
            name: name,
            body: .waiting { arguments in
                let a: A = try Self.argument(1, arguments)
                let results = arguments.results
                return try await body(a).push(to: results)
            }
        )
    }

    /// A waiting function of two parameters that returns a result.
    @inlinable public init<A: LuaParameter, B: LuaParameter, Result: LuaResult & SendableMetatype>(
        _ name: String,
        waiting body: @escaping @Sendable (A, B) async throws -> Result
    ) {
        self.init(
            name: name,
            body: .waiting { arguments in
                let a: A = try Self.argument(1, arguments)
                let b: B = try Self.argument(2, arguments)
                let results = arguments.results
                return try await body(a, b).push(to: results)
            }
        )
    }

    /// A waiting function of three parameters that returns a result.
    @inlinable
    public init<
        A: LuaParameter,
        B: LuaParameter,
        C: LuaParameter,
        Result: LuaResult & SendableMetatype
    >(
        _ name: String,
        waiting body: @escaping @Sendable (A, B, C) async throws -> Result
    ) {
        self.init(
            name: name,
            body: .waiting { arguments in
                let a: A = try Self.argument(1, arguments)
                let b: B = try Self.argument(2, arguments)
                let c: C = try Self.argument(3, arguments)
                let results = arguments.results
                return try await body(a, b, c).push(to: results)
            }
        )
    }

    /// A waiting function of four parameters that returns a result.
    @inlinable
    public init<
        A: LuaParameter,
        B: LuaParameter,
        C: LuaParameter,
        D: LuaParameter,
        Result: LuaResult & SendableMetatype
    >(
        _ name: String,
        waiting body: @escaping @Sendable (A, B, C, D) async throws -> Result
    ) {
        self.init(
            name: name,
            body: .waiting { arguments in
                let a: A = try Self.argument(1, arguments)
                let b: B = try Self.argument(2, arguments)
                let c: C = try Self.argument(3, arguments)
                let d: D = try Self.argument(4, arguments)
                let results = arguments.results
                return try await body(a, b, c, d).push(to: results)
            }
        )
    }

    /// A waiting function of no parameters whose result is `Encodable`, or nothing.
    @_disfavoredOverload @inlinable
    public init<Result: SendableMetatype>(
        _ name: String,
        waiting body: @escaping @Sendable () async throws -> Result
    ) {
        self.init(
            name: name,
            body: .waiting { arguments in
                let results = arguments.results
                return try results.push(other: try await body())
            }
        )
    }

    /// A waiting function of one parameter whose result is `Encodable`, or nothing.
    @_disfavoredOverload @inlinable
    public init<A: LuaParameter, Result: SendableMetatype>(
        _ name: String,
        waiting body: @escaping @Sendable (A) async throws -> Result
    ) {
        self.init(
            name: name,
            body: .waiting { arguments in
                let a: A = try Self.argument(1, arguments)
                let results = arguments.results
                return try results.push(other: try await body(a))
            }
        )
    }

    /// A waiting function of two parameters whose result is `Encodable`, or nothing.
    @_disfavoredOverload @inlinable
    public init<A: LuaParameter, B: LuaParameter, Result: SendableMetatype>(
        _ name: String,
        waiting body: @escaping @Sendable (A, B) async throws -> Result
    ) {
        self.init(
            name: name,
            body: .waiting { arguments in
                let a: A = try Self.argument(1, arguments)
                let b: B = try Self.argument(2, arguments)
                let results = arguments.results
                return try results.push(other: try await body(a, b))
            }
        )
    }

    /// A waiting function of three parameters whose result is `Encodable`, or nothing.
    @_disfavoredOverload @inlinable
    public init<A: LuaParameter, B: LuaParameter, C: LuaParameter, Result: SendableMetatype>(
        _ name: String,
        waiting body: @escaping @Sendable (A, B, C) async throws -> Result
    ) {
        self.init(
            name: name,
            body: .waiting { arguments in
                let a: A = try Self.argument(1, arguments)
                let b: B = try Self.argument(2, arguments)
                let c: C = try Self.argument(3, arguments)
                let results = arguments.results
                return try results.push(other: try await body(a, b, c))
            }
        )
    }

    /// A waiting function of four parameters whose result is `Encodable`, or nothing.
    @_disfavoredOverload @inlinable
    public init<A: LuaParameter, B: LuaParameter, C: LuaParameter, D: LuaParameter, Result: SendableMetatype>(
        _ name: String,
        waiting body: @escaping @Sendable (A, B, C, D) async throws -> Result
    ) {
        self.init(
            name: name,
            body: .waiting { arguments in
                let a: A = try Self.argument(1, arguments)
                let b: B = try Self.argument(2, arguments)
                let c: C = try Self.argument(3, arguments)
                let d: D = try Self.argument(4, arguments)
                let results = arguments.results
                return try results.push(other: try await body(a, b, c, d))
            }
        )
    }
}
