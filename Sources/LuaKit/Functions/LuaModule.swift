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
