/// A Swift function that scripts can call.
public struct LuaHostFunction: Sendable {
    /// What runs when a script calls it.
    @usableFromInline enum Body: Sendable {
        /// Answers at once.
        case immediate(@Sendable (borrowing LuaArguments) throws -> LuaResults.Pushed)
        /// May wait; the script's coroutine yields meanwhile.
        case waiting(@Sendable ([LuaValue]) async throws -> [LuaValue])
        /// Reads its arguments at once, then waits.
        case typedWaiting(@Sendable (borrowing LuaArguments) throws -> Wait)
    }

    /// The wait of a call that has its arguments.
    @usableFromInline typealias Wait = @Sendable () async throws -> Answer
    /// Pushes the results of a wait.
    @usableFromInline typealias Answer = @Sendable (LuaResults) throws -> LuaResults.Pushed

    /// The name in its module, or the global's.
    public let name: String
    let body: Body

    @usableFromInline init(name: String, body: Body) {
        self.name = name
        self.body = body
    }

    /// A function that takes and answers values as they are and may wait. Missing arguments are not in the list.
    ///
    /// It runs on the state's thread; only its awaits leave the thread free.
    public init(
        _ name: String,
        waiting body: @escaping @Sendable ([LuaValue]) async throws -> [LuaValue]
    ) {
        self.init(name: name, body: .waiting(body))
    }

    /// A function that takes and answers values as they are, at once.
    public init(_ name: String, values body: @escaping @Sendable ([LuaValue]) throws -> [LuaValue]) {
        self.init(
            name: name,
            body: .immediate { arguments in try arguments.results.push(try body(arguments.values())) }
        )
    }
}

/// Functions and constants under one name, read-only for scripts.
public struct LuaModule: Sendable {
    /// The global's name, which `require` takes too.
    public let name: String
    /// The functions, each with its own name.
    public let functions: [LuaHostFunction]
    /// Constants by name.
    public let constants: [String: LuaValue]
    /// What to say of a member that the module does not have.
    let missingMember: @Sendable (String) -> String

    /// Makes a module.
    public init(
        _ name: String,
        functions: [LuaHostFunction],
        constants: [String: LuaValue] = [:],
        missingMember: @escaping @Sendable (String) -> String
    ) {
        self.name = name
        self.functions = functions
        self.constants = constants
        self.missingMember = missingMember
    }

    /// Makes a module that says `module 'm' has no 'x'` of a member it does not have.
    public init(_ name: String, functions: [LuaHostFunction], constants: [String: LuaValue] = [:]) {
        self.init(name, functions: functions, constants: constants) { "module '\(name)' has no '\($0)'" }
    }
}
