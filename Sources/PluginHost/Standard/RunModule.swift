import BackupAPI
import LuaKit
import RunJournal

extension Module {
    /// `run`: this run.
    static var run: Module {
        Module(
            "run",
            "Tells of this run, sets its outcome, and asks people.",
            values: [
                Value("id", "string: the run's id") { .string($0.id) },
                Value("args", "table: the arguments after the script, by name, the rest as a list") {
                    $0.arguments
                },
                Value("script", "string: the script's name") { .string($0.script) },
                Value("attempt", "integer: 1, and one more after each resume") {
                    .integer(Int64($0.attempt))
                },
                Value("resumed", "boolean: whether the run was resumed") { .boolean($0.attempt > 1) },
                Value("dry_run", "boolean: whether nothing is done: the run is a plan") {
                    .boolean($0.isPlan)
                },
            ]
        ) {
            Function(
                "finish",
                "Sets the run's outcome, which is otherwise the worst of what the script waited for; the script goes on.",
                .pure,
                Parameter<OutcomeName>(
                    "outcome",
                    "\"ok\", \"warning\", \"failed\", \"stopped\", \"skipped\" or \"missed\"."
                ),
                OptionalParameter<Text>("message", "Why, in one sentence."),
                immediate: { run, outcome, message in
                    run.outcomes.finish(outcome, message: message)
                    return .nil
                }
            )
            Function(
                "ask",
                "Asks a person and answers their choice. At a terminal they type it, or its beginning; elsewhere the run is parked until 'moonkeep resume RUN --answer CHOICE', unless it may take the default after some time. A resumed run has the answer and does not ask again.",
                .recorded(.ask),
                Parameter<Text>("question", "What the person is asked."),
                Options<AskOptions>(),
                returns: "string: the choice"
            ) { run, question, options in
                try await AskCall(run).ask(question, options)
            }
        }
        .documented(examples: StandardDocumentation.runExamples)
    }
}

/// The name of an outcome.
enum OutcomeName: ParameterKind {
    static var typeName: String { "outcome" }

    static func read(_ value: LuaValue) throws -> Outcome {
        let known = Outcome.allCases.map(\.rawValue)
        guard let text = value.text, let outcome = Outcome(rawValue: text) else {
            throw ArgumentProblem("one of \(known.joined(separator: ", ")) expected, got \(value.shown)")
        }
        return outcome
    }
}
