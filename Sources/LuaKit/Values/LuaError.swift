/// Why a script ended without a result: what happened, where, and the Swift error below it if there is one.
public struct LuaError: Error, Sendable {
    /// What kind of failure it is.
    public enum Code: String, Sendable {
        /// The source is no Lua.
        case syntax
        /// The script raised an error and did not catch it.
        case runtime
        /// A host function threw, and the script did not catch it; `cause` is what it threw.
        case hostFunction = "host_function"
        /// The memory limit was reached.
        case memoryLimit = "memory_limit"
        /// The running time, or the wall clock time of a run, was used up.
        case timeLimit = "time_limit"
        /// The instructions were used up.
        case instructionLimit = "instruction_limit"
        /// Too many runs and calls are under way in the state.
        case taskLimit = "task_limit"
        /// The task was cancelled.
        case cancelled
        /// A value could not cross between Swift and Lua.
        case conversion
        /// The system refused something that a state needs.
        case system
    }

    /// What kind of failure it is.
    public var code: Code
    /// What happened, without the place; at most 8 KiB.
    public var message: String
    /// The script's name and the line, where known.
    public var place: Place?
    /// The calls that led there, innermost first, one text each; empty where there are none.
    public var traceback: [String]
    /// What the host function threw.
    public var cause: (any Error)?
    /// The error value, when the script raised a table.
    public var value: LuaValue

    /// A line of a script.
    public struct Place: Hashable, Sendable {
        /// The script's name, as it was given.
        public var script: String
        /// The line, from 1.
        public var line: Int

        /// Makes a place.
        public init(script: String, line: Int) {
            self.script = script
            self.line = line
        }
    }

    init(
        _ code: Code,
        _ message: String,
        place: Place? = nil,
        traceback: [String] = [],
        cause: (any Error)? = nil,
        value: LuaValue = .nil
    ) {
        self.code = code
        self.message = message
        self.place = place
        self.traceback = traceback
        self.cause = cause
        self.value = value
    }
}

extension LuaError: CustomStringConvertible {
    /// `script:line: message`.
    public var description: String {
        place.map { "\($0.script):\($0.line): \(message)" } ?? message
    }
}

extension LuaError {
    /// Splits Lua's `script:line: message`; a text without a place stays whole.
    static func split(_ text: String) -> (place: Place?, message: String) {
        var start = text.startIndex
        while let colon = text[start...].firstIndex(of: ":") {
            let digits = text[text.index(after: colon)...].prefix(while: \.isNumber)
            if let line = Int(digits), text[digits.endIndex...].hasPrefix(": ") {
                let message = text[text.index(digits.endIndex, offsetBy: 2)...]
                return (Place(script: String(text[..<colon]), line: line), String(message))
            }
            start = text.index(after: colon)
        }
        return (nil, text)
    }
}
