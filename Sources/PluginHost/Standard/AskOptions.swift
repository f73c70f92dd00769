import BackupAPI
import LuaKit

/// The options of `run.ask`.
struct AskOptions: OptionTable {
    var choices: Option<ChoiceList>?
    var preset: Option<Text>?
    var timeout: Option<TimeSpan>?
    var details: Option<Text>?

    private enum CodingKeys: String, CodingKey {
        case choices
        case preset = "default"
        case timeout, details
    }

    static let fields: [ParameterDescription] = [
        .absent(
            "choices",
            "list of string",
            "The answers that there are, 1 to 50. Default: \"yes\" and \"no\"."
        ),
        .absent(
            "default",
            "string",
            "The choice that is taken when the time is over, or a person only presses return. Default: none."
        ),
        .absent(
            "timeout",
            "duration",
            "Take the default when nobody has answered after so long. Default: the run waits, or is parked."
        ),
        .absent("details", "string", "What a person should know before they answer. Default: nothing."),
    ]

    /// The question with these options. Throws what does not fit together.
    func question(_ text: String) throws -> Question {
        guard !text.trimmed.isEmpty else { throw ArgumentProblem("a question expected, got \"\"") }
        let question = Question(
            text,
            choices: choices?.value ?? ["yes", "no"],
            preset: preset?.value,
            details: details?.value
        )
        guard timeout == nil || question.preset != nil else {
            throw ArgumentProblem("timeout: a 'default' to take then is missing").at(2)
        }
        guard let preset = question.preset, !question.choices.contains(preset) else { return question }
        throw ArgumentProblem(
            "default: \(question.choicesText.printable) expected, got \(LuaValue.string(preset).shown)"
        ).at(2)
    }
}

/// The answers that a question has.
enum ChoiceList: ParameterKind {
    static var typeName: String { "list of string" }

    static func read(_ value: LuaValue) throws -> [String] {
        guard case .table(let table) = value, table.fields.isEmpty, (1...50).contains(table.items.count)
        else {
            throw ArgumentProblem("a list of 1 to 50 texts expected, got \(value.shown)")
        }
        let choices = try table.items.map(choice)
        for (index, choice) in choices.enumerated() where choices[..<index].contains(choice) {
            throw ArgumentProblem("\(LuaValue.string(choice).shown) stands there twice")
        }
        return choices
    }

    /// One that a person can type.
    private static func choice(_ value: LuaValue) throws -> String {
        let text = try Text.read(value)
        guard !text.isEmpty, text.utf8.count <= 100, text == text.trimmed, text == text.printable else {
            throw ArgumentProblem(
                "each of 1 to 100 bytes in one line, with no white space around it, expected, got \(value.shown)"
            )
        }
        return text
    }
}
