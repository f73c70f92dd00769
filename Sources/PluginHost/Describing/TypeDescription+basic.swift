import BackupAPI

extension TypeDescription {
    /// The types that the descriptions of every module may name.
    static let basic: [TypeDescription] = [
        TypeDescription(
            "duration",
            "A length of time, up to 10 years: seconds as a number, or a text such as \"500ms\", \"90s\", \"15m\", \"4h\" or \"2d\".",
            type: "number or string"
        ),
        TypeDescription(
            "size",
            "A number of bytes, or a text such as \"512KiB\", \"50GiB\" or \"2GB\".",
            type: "integer or string"
        ),
        TypeDescription(
            "time",
            "A moment: ISO 8601 with an offset or 'Z', for example \"2026-03-01T04:00:00Z\", or seconds since 1970.",
            type: "string or number"
        ),
        TypeDescription("path", "An absolute path, for example \"/srv/data\".", type: "string"),
        TypeDescription(
            "zone",
            "The IANA name of a time zone, for example \"Europe/Zurich\".",
            type: "string"
        ),
        TypeDescription(
            "outcome",
            "What a person needs to know of something that is over.",
            type: Outcome.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
        ),
        TypeDescription(
            "state",
            "The state of a backup, a restore or a cleanup.",
            type: ActivityState.backupStates.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
        ),
        TypeDescription(
            "Error",
            "What a failed call raises, and 'pcall' answers; 'tostring' makes a line of it.",
            record: [
                .field(
                    "code",
                    "string",
                    "What went wrong, in a word for programs, for example \"timed_out\"."
                ),
                .field("message", "string", "What went wrong, in a sentence."),
                .absent("fix", "string", "What can be done about it."),
                .field("retryable", "boolean", "Whether the same call may succeed later."),
                .absent("data", "any", "What belongs to it, for example the backup that failed."),
            ]
        ),
    ]
}
