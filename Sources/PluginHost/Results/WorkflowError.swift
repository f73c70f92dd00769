public import LuaKit

/// What is wrong with a workflow: its manifest, its arguments, or how it is loaded.
public struct WorkflowError: LuaErrorConvertible, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: String, Sendable {
        /// The manifest is not as it has to be.
        case badManifest = "bad_manifest"
        /// An argument is missing, unknown or of the wrong type.
        case badArguments = "bad_arguments"
        /// A host function was called while the file was only loaded.
        case calledWhileLoading = "called_while_loading"
    }

    /// What kind of thing is wrong.
    public let code: Code
    /// The script's name.
    public let script: String
    /// What is wrong, without the script's name.
    public let message: String
    /// What the reader can do; `nil` if the message says it.
    public let fix: String?
    /// The field of the manifest that it is about, as `args.limit.type`; `nil` for all else.
    public let field: String?

    init(_ code: Code, _ script: String, _ message: String, fix: String? = nil, field: String? = nil) {
        self.code = code
        self.script = script
        self.message = message
        self.fix = fix
        self.field = field
    }

    /// `nightly.lua: message. fix`
    public var description: String { "\(script): \(message)" + (fix.map { ". \($0)" } ?? "") }
    /// The description.
    public var luaMessage: String { description }

    /// `code`, `message`, `fix` (absent if there is none) and `retryable`.
    public var luaFields: [String: LuaValue] {
        [
            "code": .string(code.rawValue),
            "message": .string(message),
            "fix": fix.map(LuaValue.string) ?? .nil,
            "retryable": false,
        ]
    }
}

extension WorkflowError {
    static func calledWhileLoading(_ function: String, script: String) -> WorkflowError {
        WorkflowError(
            .calledWhileLoading,
            script,
            "'\(function)' is called while the file is loaded, which must do nothing",
            fix: "Call this inside run()."
        )
    }

    static func noRunFunction(script: String) -> WorkflowError {
        WorkflowError(
            .badManifest,
            script,
            "the manifest has no function 'run'",
            fix: "Write 'run = function(args) … end'.",
            field: "run"
        )
    }
}
