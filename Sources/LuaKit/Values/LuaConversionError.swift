/// An error that scripts see as a value with fields. Any other Swift error has only the field `message`.
public protocol LuaErrorConvertible: Error {
    /// The text that `tostring` gives a script.
    var luaMessage: String { get }
    /// The fields that a script can read, `message` among them.
    var luaFields: [String: LuaValue] { get }
}

/// A value that could not cross between Swift and Lua.
public struct LuaConversionError: LuaErrorConvertible, CustomStringConvertible {
    /// Where in the value, as `inclusions[2].path`; empty for the value itself.
    public var path: String
    /// What was expected and what was found.
    public var problem: String
    /// The position of the argument that it is about, where that is not the parameter's own.
    var argument: Int?

    /// Makes an error.
    public init(_ problem: String, path: String = "") {
        self.path = path
        self.problem = problem
    }

    /// `inclusions[2].path: string expected, got nil`.
    public var description: String { path.isEmpty ? problem : "\(path): \(problem)" }
    /// The description.
    public var luaMessage: String { description }
    /// `message`.
    public var luaFields: [String: LuaValue] { ["message": .string(description)] }

    static func expected(_ what: String, _ value: LuaValue, path: String = "") -> LuaConversionError {
        LuaConversionError("\(what) expected, got \(value.kind)", path: path)
    }
}

/// An argument that a host function cannot take.
public struct LuaArgumentError: LuaErrorConvertible, CustomStringConvertible {
    /// The function's name.
    public var function: String
    /// The argument's position, from 1.
    public var position: Int
    /// What is wrong with it.
    public var problem: String

    /// Makes an error.
    public init(function: String, position: Int, problem: String) {
        self.function = function
        self.position = position
        self.problem = problem
    }

    /// `bad argument #1 to 'add': integer expected, got nil`.
    public var description: String { "bad argument #\(position) to '\(function)': \(problem)" }
    /// The description.
    public var luaMessage: String { description }
    /// `code`, which is `bad_argument`, and `message`.
    public var luaFields: [String: LuaValue] {
        ["code": "bad_argument", "message": .string(description)]
    }
}
