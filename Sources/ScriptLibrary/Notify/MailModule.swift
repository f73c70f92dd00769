public import BackupAPI
import LuaKit
public import PluginHost
import RunJournal

/// A mail of a script.
public struct ScriptMail: Hashable, Sendable {
    /// The same whenever a resumed run sends the mail again, so that its receiver can tell a repetition.
    public var key: String
    /// The address.
    public var to: String
    /// One line.
    public var subject: String
    /// The text, with `\n` between its lines.
    public var body: String
    /// When it was written.
    public var date: Timestamp

    /// Makes a mail.
    public init(key: String, to: String, subject: String, body: String, date: Timestamp) {
        self.key = key
        self.to = to
        self.subject = subject
        self.body = body
        self.date = date
    }
}

extension Module {
    /// `mail`: e-mails through the host's mail server. `send` returns when the server has accepted a mail, and throws a
    /// ``ScriptError`` or a `BackupError` that says why it did not.
    public static func mail(_ send: @escaping @Sendable (ScriptMail) async throws -> Void) -> Module {
        Module(
            "mail",
            "Sends e-mails through the mail server of the site ('smtp' in moonkeep.yaml). For messages that are tried again later, use a notifier and 'notify'."
        ) {
            Function(
                "send",
                """
                Sends an e-mail of plain text; it is done when the mail server has accepted it. A resumed run that cannot know whether it \
                did sends it again with the same 'Message-ID'.
                """,
                .step(.effect),
                Parameter<Text>("to", "The address, for example \"ops@example.org\"."),
                Parameter<MailText>("mail", "What it says.", type: "Mail"),
                errors: ["permission_denied", "unsupported", "unreachable", "invalid_request"],
                needs: [.text("mail:ADDRESS")]
            ) { run, address, mail in
                try run.require(Permission("mail", address))
                try await send(
                    ScriptMail(
                        key: mail.key ?? "\(run.id)/\(run.stepKey ?? "")",
                        to: address,
                        subject: mail.subject,
                        body: mail.body,
                        date: run.environment.now()
                    )
                )
                return .nil
            }
        }
        .documented(types: [mailType], examples: mailExamples)
    }

    private static let mailType = TypeDescription(
        "Mail",
        "An e-mail.",
        record: [
            .field("subject", "string", "One line, 1 to 250 bytes."),
            .absent("body", "string", "The text, at most 64 KiB. Default: none."),
            .absent(
                "key",
                "string",
                "What tells this mail from others, 1 to 200 bytes: mails of one key have one 'Message-ID'. Default: the step's own."
            ),
        ]
    )

    private static let mailExamples = [
        "send": """
        local last = backup.run("web-files")
        mail.send("ops@example.org", { subject = "web-files: " .. last.state, body = last.files_backed_up .. " files" })
        """
    ]
}

/// What a mail says.
private struct MailText: ParameterKind {
    var subject: String
    var body = ""
    var key: String?

    static var typeName: String { "table" }

    static func read(_ value: LuaValue) throws -> MailText {
        guard case .table(let table) = value, table.items.isEmpty else {
            throw ArgumentProblem("table with names expected, got \(value.shape)")
        }
        for key in table.fields.keys where !["subject", "body", "key"].contains(key.text) {
            throw ArgumentProblem("a mail has no '\(key.textForPeople)'; known are: subject, body, key")
        }
        let key = value["key"]
        return MailText(
            subject: try text("subject", value["subject"], 1...250)
                .split(whereSeparator: \.isNewline).joined(separator: " "),
            body: value["body"] == .nil ? "" : try text("body", value["body"], 0...(64 << 10)),
            key: key == .nil ? nil : try text("key", key, 1...200)
        )
    }

    private static func text(_ name: String, _ value: LuaValue, _ length: ClosedRange<Int>) throws -> String {
        guard value != .nil, let text = try? Text.read(value), length.contains(text.utf8.count) else {
            throw ArgumentProblem(
                "\(name): a text of \(length.lowerBound) to \(length.upperBound) bytes expected, got \(value.shown)"
            )
        }
        return text
    }
}
