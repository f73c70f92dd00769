import BackupAPI
import LuaKit
import RunJournal

extension Module {
    /// `time`: the clock.
    static var time: Module {
        Module("time", "Tells the time.") {
            Function(
                "now",
                "Answers the time in UTC, the same again when the run is resumed.",
                .step(.read),
                returns: "string: ISO 8601 with microseconds, for example \"2026-03-01T04:05:06.000000Z\""
            ) { run in
                .string(run.environment.now().description)
            }
        }
        .documented(examples: ["now": #"log.info("it is " .. time.now())"#])
    }
}
