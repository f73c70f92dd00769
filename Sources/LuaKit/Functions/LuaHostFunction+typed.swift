extension LuaHostFunction {
    /// A function with typed parameters that returns at once.
    ///
    /// A wrong argument raises `bad argument #1 to 'add': integer expected, got nil`. An `Optional` parameter may be left
    /// out, ``LuaRest`` as the last one takes all that follow; surplus arguments are ignored.
    @inlinable public init<each Parameter: LuaParameter, Result: LuaResult & SendableMetatype>(
        _ name: String,
        _ body: @escaping @Sendable (repeat each Parameter) throws -> Result
    ) {
        self.init(
            name: name,
            body: .immediate { arguments in
                var position = 0
                let result = try body(repeat try Self.next((each Parameter).self, arguments, &position))
                return try result.push(to: arguments.results)
            }
        )
    }

    /// A function with typed parameters whose result is `Encodable`, or nothing.
    @_disfavoredOverload @inlinable
    public init<each Parameter: LuaParameter, Result: SendableMetatype>(
        _ name: String,
        _ body: @escaping @Sendable (repeat each Parameter) throws -> Result
    ) {
        self.init(
            name: name,
            body: .immediate { arguments in
                var position = 0
                return try arguments.results.push(
                    other: body(repeat try Self.next((each Parameter).self, arguments, &position))
                )
            }
        )
    }

    @inline(__always) @inlinable static func next<Parameter: LuaParameter>(
        _ type: Parameter.Type,
        _ arguments: borrowing LuaArguments,
        _ position: inout Int
    ) throws -> Parameter {
        position += 1
        return try argument(position, arguments)
    }

    @inline(__always) @inlinable static func argument<Parameter: LuaParameter>(
        _ position: Int,
        _ arguments: borrowing LuaArguments
    ) throws -> Parameter {
        do throws(LuaConversionError) {
            return try Parameter.read(arguments, at: position)
        } catch {
            throw error.ofArgument(position)
        }
    }
}
