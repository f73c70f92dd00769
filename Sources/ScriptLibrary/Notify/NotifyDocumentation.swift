import PluginHost

extension Module {
    /// The types that the descriptions of `notify` name.
    static let noticeTypes: [TypeDescription] = [
        TypeDescription(
            "Message",
            "What people are told.",
            record: [
                .field("title", "string", "One line, 1 to 250 bytes."),
                .absent("body", "string", "The text, at most 64 KiB."),
                .absent("priority", priorities, "How much it matters. Default: normal."),
                .absent("fields", "table of any", "Values that belong to it, by name, at most 100."),
            ]
        ),
        TypeDescription(
            "Notice",
            "A message as a provider delivers it.",
            record: [
                .field("key", "string", "The same in every attempt to deliver it."),
                .field("address", "string", "To whom, in the provider's own words; empty for the only one."),
                .field("title", "string", "One line."),
                .field("body", "string", "The text; may be empty."),
                .field("priority", priorities, "How much it matters."),
                .field("fields", "table of strings", "Values that belong to it, by name."),
                .field("sent", "string", "When it was sent: ISO 8601 in UTC."),
            ]
        ),
        TypeDescription(
            "Provider",
            "What delivers messages.",
            record: [
                .field(
                    "send",
                    "function(notice: Notice): any",
                    "Delivers a message; raises, or answers false, when it could not."
                )
            ]
        ),
    ]

    private static let priorities = Notice.Priority.allCases.map { "\"\($0.rawValue)\"" }.joined(
        separator: " or "
    )

    /// A short script for each function of `notify`.
    static let noticeExamples = [
        "send": """
        local last = backup.run("web-files")
        notify.send("ops", {
          title = "web-files: " .. last.state,
          priority = "high",
          fields = { files = last.files_backed_up },
        }, { about = "web-files", failed = last.outcome ~= "ok", after_failures = 3, on_recovery = true })
        """,
        "provider": """
        notify.provider("chat", {
          send = function(notice)
            http.post("https://hooks.example.org/chat", { json = { text = notice.title }, idempotent = true })
          end,
        })
        notify.send("chat:ops", "the nightly chain is done")
        """,
    ]
}
