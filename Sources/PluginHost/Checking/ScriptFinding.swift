/// Something that a check found in a script.
public struct ScriptFinding: Hashable, Sendable {
    /// How much it matters.
    public enum Kind: Sendable {
        /// It is wrong.
        case problem
        /// It works, but may not be meant.
        case note
    }

    /// How much it matters.
    public var kind: Kind
    /// The script's name.
    public var script: String
    /// The line, from 1; `nil` where it is not known.
    public var line: Int?
    /// One sentence, without the place.
    public var message: String

    init(_ script: String, line: Int?, _ message: String, kind: Kind = .problem) {
        self.kind = kind
        self.script = script
        self.line = line
        self.message = message
    }
}

extension ScriptFinding {
    /// What is wrong with a workflow or plugin.
    init(_ error: WorkflowError, line: Int?) {
        self.init(error.script, line: line, error.message + (error.fix.map { ". \($0)" } ?? ""))
    }
}

extension ScriptFinding: CustomStringConvertible {
    /// `script:line: message`, and `script:line: note: message` for a note.
    public var description: String {
        let place = line.map { "\(script):\($0)" } ?? script
        return "\(place): \(kind == .note ? "note: " : "")\(message)"
    }
}

/// What a file is, for a check.
public enum ScriptRole: Hashable, Sendable {
    /// A file that is run as it is.
    case script
    /// A workflow or a plugin, which asks for permissions.
    case asking(for: [Permission])
    /// A part of something else, which nothing is known of.
    case part
}
