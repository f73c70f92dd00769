import LuaKit
import RunJournal

extension Module {
    /// `task`: waiting.
    static var task: Module {
        Module("task", "Waits, without keeping the machine busy.") {
            Function(
                "sleep",
                "Waits for some time.",
                .step(.sleep),
                Parameter<TimeSpan>(
                    "duration",
                    "How long: seconds, or a text such as \"90s\", \"15m\", \"4h\"."
                )
            ) { run, duration in
                try await run.environment.clock.sleep(for: duration)
                return .nil
            }
        }
    }
}
