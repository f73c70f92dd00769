/// A Swift function that scripts can call.
public struct LuaHostFunction: Sendable {
    /// The name in its module, or the global's.
    public let name: String
    let body: HostBody

    @usableFromInline init(name: String, body: HostBody) {
        self.name = name
        self.body = body
    }

    /// A function that takes and returns values as they are and may wait. Missing arguments are not in the list.
    ///
    /// It runs on the state's thread; only its awaits leave the thread free.
    public init(
        _ name: String,
        waiting body: @escaping @Sendable ([LuaValue]) async throws -> [LuaValue]
    ) {
        self.init(
            name: name,
            body: .waiting { arguments in
                let results = arguments.results
                return try results.push(try await body(arguments.values()))
            }
        )
    }

    /// The same for a function that also wants to know where in a script it was called; see ``LuaArguments/place``.
    public init(
        _ name: String,
        waitingFrom body: @escaping @Sendable ([LuaValue], LuaError.Place?) async throws -> [LuaValue]
    ) {
        self.init(
            name: name,
            body: .waiting { arguments in
                let results = arguments.results
                let place = arguments.place
                return try results.push(try await body(arguments.values(), place))
            }
        )
    }

    /// A function that takes and returns values as they are, at once.
    public init(_ name: String, values body: @escaping @Sendable ([LuaValue]) throws -> [LuaValue]) {
        self.init(
            name: name,
            body: .immediate { arguments in try arguments.results.push(try body(arguments.values())) }
        )
    }

    /// The same for a function that also wants to know where in a script it was called; see ``LuaArguments/place``.
    public init(
        _ name: String,
        valuesFrom body: @escaping @Sendable ([LuaValue], LuaError.Place?) throws -> [LuaValue]
    ) {
        self.init(
            name: name,
            body: .immediate { arguments in
                try arguments.results.push(try body(arguments.values(), arguments.place))
            }
        )
    }
}
