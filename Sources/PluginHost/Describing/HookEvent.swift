/// Something that happens in a run, of which hooks are told.
public struct HookEvent: Sendable {
    /// The name, for example `backup.finished`.
    public let name: String
    /// When it happens, in one sentence.
    public let summary: String
    /// What the hook's function gets, beside `event` and `run`.
    public let fields: [ParameterDescription]

    /// All events, in the order in which help shows them.
    public static let all = [
        HookEvent(name: "run.started", summary: "A run begins; before its script does.", fields: []),
        HookEvent(
            name: "run.finished",
            summary: "A run is over; before its end is recorded.",
            fields: [
                .field("outcome", "string", "The run's outcome."),
                .field(
                    "status",
                    "string",
                    "The same, or \"timed_out\" or \"cancelled\"."
                ),
                .absent("message", "string", "What the script said of it, or why it failed."),
            ]
        ),
        HookEvent(
            name: "run.parked",
            summary: "A run waits for a person.",
            fields: [.field("message", "string", "What has to be decided.")]
        ),
        HookEvent(
            name: "backup.started",
            summary: "The run has started a backup.",
            fields: [.field("backup", "table", "The backup's record as of now.")]
        ),
        HookEvent(
            name: "backup.finished",
            summary: "A backup that the run waited for, or left running at its end, is over.",
            fields: [
                .field("backup", "table", "The backup's record, with its outcome.")
            ]
        ),
        HookEvent(
            name: "restore.finished",
            summary: "A restore that the run waited for is over.",
            fields: [
                .field("restore", "table", "The restore's record, with its outcome.")
            ]
        ),
        HookEvent(
            name: "step.failed",
            summary: "A step of the run has failed, whether the script catches it or not.",
            fields: [
                .field("step", "string", "The step, for example \"0#3\"."),
                .field("name", "string", "The function, for example \"backup.wait\"."),
                .field("error", "table", "The error: code, message, fix."),
            ]
        ),
    ]

    /// The help of the events, a row for each and for each of its fields.
    static func rows(_ events: [HookEvent]) -> [[String]] {
        events.flatMap { event in
            [["  \(event.name)", "", event.summary]]
                + event.fields.map { field in
                    ["    " + field.name, field.type + (field.isOptional ? ", optional" : ""), field.summary]
                }
        }
    }
}
