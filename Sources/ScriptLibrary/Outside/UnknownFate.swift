import LuaKit
import PluginHost

/// What a resumed run does with a call of which nobody knows whether it happened: the option `on_unknown`.
enum UnknownFate: ParameterKind {
    static var typeName: String { "string" }

    static let field = ParameterDescription(
        "on_unknown",
        "\"park\" or \"retry\" or \"skip\"",
        "What a resumed run does when nobody knows whether it happened: \"park\" asks a person, \"retry\" does it again, \"skip\" goes on without. Default: park.",
        isOptional: true
    )

    static func read(_ value: LuaValue) throws -> String {
        guard let text = value.text, ["park", "retry", "skip"].contains(text) else {
            throw LuaConversionError("\"park\", \"retry\" or \"skip\" expected, got \(value.shown)")
        }
        return text
    }

    /// The recovery that the options of a call ask for; `answer` is what skipping answers.
    static func recovery(_ options: LuaValue?, skipping answer: LuaValue = .nil) -> StepRecovery {
        switch options?["on_unknown"].text {
        case "retry": .again
        case "skip": .skip(answer)
        default: .park
        }
    }
}
