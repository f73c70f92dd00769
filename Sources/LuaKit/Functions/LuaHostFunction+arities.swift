// The arguments of a pack of several lie where the metadata of their types say, at run time: one initializer for each of the
// usual numbers of parameters instead spares that at every call.

/// A function with two to four typed parameters that returns at once: as with any number, but quicker.
extension LuaHostFunction {
    /// A function of two parameters that returns a result.
    @inlinable public init<A: LuaParameter, B: LuaParameter, Result: LuaResult & SendableMetatype>(
        _ name: String,
        _ body: @escaping @Sendable (A, B) throws -> Result
    ) {
        self.init(
            name: name,
            body: .immediate { arguments in
                let a: A = try Self.argument(1, arguments)
                let b: B = try Self.argument(2, arguments)
                return try body(a, b).push(to: arguments.results)
            }
        )
    }

    /// A function of three parameters that returns a result.
    @inlinable
    public init<A: LuaParameter, B: LuaParameter, C: LuaParameter, Result: LuaResult & SendableMetatype>(
        _ name: String,
        _ body: @escaping @Sendable (A, B, C) throws -> Result
    ) {
        self.init(
            name: name,
            body: .immediate { arguments in
                let a: A = try Self.argument(1, arguments)
                let b: B = try Self.argument(2, arguments)
                let c: C = try Self.argument(3, arguments)
                return try body(a, b, c).push(to: arguments.results)
            }
        )
    }

    /// A function of four parameters that returns a result.
    @inlinable
    public init<
        A: LuaParameter,
        B: LuaParameter,
        C: LuaParameter,
        D: LuaParameter,
        Result: LuaResult & SendableMetatype
    >(
        _ name: String,
        _ body: @escaping @Sendable (A, B, C, D) throws -> Result
    ) {
        self.init(
            name: name,
            body: .immediate { arguments in
                let a: A = try Self.argument(1, arguments)
                let b: B = try Self.argument(2, arguments)
                let c: C = try Self.argument(3, arguments)
                let d: D = try Self.argument(4, arguments)
                return try body(a, b, c, d).push(to: arguments.results)
            }
        )
    }

    /// A function of two parameters whose result is `Encodable`, or nothing.
    @_disfavoredOverload @inlinable
    public init<A: LuaParameter, B: LuaParameter, Result: SendableMetatype>(
        _ name: String,
        _ body: @escaping @Sendable (A, B) throws -> Result
    ) {
        self.init(
            name: name,
            body: .immediate { arguments in
                let a: A = try Self.argument(1, arguments)
                let b: B = try Self.argument(2, arguments)
                return try arguments.results.push(other: body(a, b))
            }
        )
    }

    /// A function of three parameters whose result is `Encodable`, or nothing.
    @_disfavoredOverload @inlinable
    public init<A: LuaParameter, B: LuaParameter, C: LuaParameter, Result: SendableMetatype>(
        _ name: String,
        _ body: @escaping @Sendable (A, B, C) throws -> Result
    ) {
        self.init(
            name: name,
            body: .immediate { arguments in
                let a: A = try Self.argument(1, arguments)
                let b: B = try Self.argument(2, arguments)
                let c: C = try Self.argument(3, arguments)
                return try arguments.results.push(other: body(a, b, c))
            }
        )
    }

    /// A function of four parameters whose result is `Encodable`, or nothing.
    @_disfavoredOverload @inlinable
    public init<A: LuaParameter, B: LuaParameter, C: LuaParameter, D: LuaParameter, Result: SendableMetatype>(
        _ name: String,
        _ body: @escaping @Sendable (A, B, C, D) throws -> Result
    ) {
        self.init(
            name: name,
            body: .immediate { arguments in
                let a: A = try Self.argument(1, arguments)
                let b: B = try Self.argument(2, arguments)
                let c: C = try Self.argument(3, arguments)
                let d: D = try Self.argument(4, arguments)
                return try arguments.results.push(other: body(a, b, c, d))
            }
        )
    }
}
