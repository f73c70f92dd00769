public import LuaKit

/// What is wrong with an argument; the function's name is added where it is known.
public struct ArgumentProblem: LuaErrorConvertible {
    /// What is wrong, for example `duration expected, got table`.
    public var problem: String
    /// The code that scripts see.
    public var code: String
    var position = 1
    private var isNamed = false

    /// Makes a problem of the first argument.
    public init(_ problem: String, code: String = "bad_argument") {
        self.problem = problem
        self.code = code
    }

    /// What is wrong.
    public var luaMessage: String { problem }
    /// `code`, `message` and `retryable`.
    public var luaFields: [String: LuaValue] {
        ["code": .string(code), "message": .string(problem), "retryable": false]
    }

    /// The same with another argument, counted from 1.
    public func at(_ position: Int) -> ArgumentProblem {
        var copy = self
        copy.position = position
        return copy
    }

    /// The same as scripts see it: `bad argument #1 to 'backup.start': …`.
    func error(in function: String) -> ArgumentProblem {
        guard !isNamed else { return self }
        let text = LuaArgumentError(function: function, position: position, problem: problem).description
        var named = ArgumentProblem(text, code: code)
        named.isNamed = true
        return named
    }
}
