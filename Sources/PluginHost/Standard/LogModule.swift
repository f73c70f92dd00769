import LuaKit

extension Module {
    /// `log`: messages for whoever reads the run's log.
    static var log: Module {
        Module("log", "Writes messages for whoever reads the run's log.") {
            logFunction(.debug, "Writes a message for whoever looks for a fault.")
            logFunction(.info, "Writes a message that is good to know.")
            logFunction(.warn, "Writes a message that somebody should look at.")
            logFunction(.error, "Writes a message of a failure; the script goes on.")
        }
        .documented(examples: StandardDocumentation.logExamples)
    }

    private static func logFunction(_ level: LogLevel, _ summary: String) -> Function {
        Function(
            level.rawValue,
            summary,
            .observation,
            Parameter<Anything>("message", "The message; any value is shown as text."),
            OptionalParameter<Fields>("fields", "Values that belong to it, by name."),
            immediate: { run, message, fields in
                run.observe(.log(level, message.textForPeople, fields: fields ?? .record([:])))
                return .nil
            }
        )
    }
}
