import BackupAPI
import LuaKit
public import PluginHost
import RunJournal

extension Module {
    /// `notify`: messages to people, which survive the run and are tried again.
    public static func notify(_ notifiers: Notifiers) -> Module {
        Module(
            "notify",
            "Tells people. A message is kept until it is delivered: it is tried again for three days, with pauses from a minute to six hours."
        ) {
            Function(
                "send",
                """
                Sends a message. That it could not be delivered yet is no error: it is logged and tried again. With 'after_failures' or \
                'on_recovery' the message is only sent at the given number of failures in a row, and at the first success after that.
                """,
                .composite,
                Parameter<Text>("target", "\"PROVIDER:ADDRESS\", a provider, or a group of the site."),
                Parameter<MessageOfScript>(
                    "message",
                    "What is said; a text is the title alone.",
                    type: "string or Message"
                ),
                Options<NotifyOptions>(),
                returns:
                    "boolean or nil: whether it was delivered at once to all; nil when it was not to be sent",
                errors: ["permission_denied", "unknown_target"],
                needs: [.text("notify:TARGET")]
            ) { run, target, message, options in
                try await run.notify(target, message, options, notifiers)
            }
            Function(
                "provider",
                "Makes a function of the script a provider for the rest of the run; a plugin's providers are there for all.",
                .composite,
                Parameter<ProviderName>("name", "The provider's name: small letters, digits, '-' and '_'."),
                Parameter<ProviderTable>(
                    "provider",
                    "A table with the function 'send', which raises, or answers false, when it could not deliver.",
                    type: "Provider"
                )
            ) { run, name, function in
                try await run.register(name, function)
            }
        }
        .documented(types: noticeTypes, examples: noticeExamples)
    }
}

/// The message of a script.
struct MessageOfScript: ParameterKind {
    var title: String
    var body = ""
    var priority = Notice.Priority.normal
    var fields: [String: String] = [:]

    static var typeName: String { "string or table" }

    static func read(_ value: LuaValue) throws -> MessageOfScript {
        guard case .table(let table) = value else { return try MessageOfScript(title: title(value)) }
        guard table.items.isEmpty else {
            throw ArgumentProblem("table with names expected, got \(value.shape)")
        }
        for key in table.fields.keys where !["title", "body", "priority", "fields"].contains(key.text) {
            throw ArgumentProblem(
                "a message has no '\(key.textForPeople)'; known are: title, body, priority, fields"
            )
        }
        var message = try MessageOfScript(title: title(value["title"]))
        if value["body"] != .nil { message.body = value["body"].textForPeople }
        guard message.body.utf8.count <= 64 << 10 else {
            throw ArgumentProblem("body: at most 64 KiB expected")
        }
        if value["priority"] != .nil {
            guard let priority = value["priority"].text.flatMap(Notice.Priority.init) else {
                throw ArgumentProblem(
                    "priority: \"low\", \"normal\", \"high\" or \"urgent\" expected, got \(value["priority"].shown)"
                )
            }
            message.priority = priority
        }
        if value["fields"] != .nil {
            guard case .table(let fields) = value["fields"], fields.items.isEmpty, fields.fields.count <= 100
            else {
                throw ArgumentProblem("fields: at most 100 values by name expected")
            }
            for (key, field) in fields.fields {
                message.fields[key.textForPeople] = String(field.textForPeople.prefix(1_000))
            }
        }
        return message
    }

    private static func title(_ value: LuaValue) throws -> String {
        guard value != .nil, let title = try? Text.read(value), (1...250).contains(title.utf8.count) else {
            throw ArgumentProblem("a title of 1 to 250 bytes expected, got \(value.shown)")
        }
        return title.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    var luaValue: LuaValue {
        .record([
            "title": .string(title), "body": .string(body), "priority": .string(priority.rawValue),
            "fields": .record(fields.mapValues(LuaValue.string)),
        ])
    }
}

/// The options of `notify.send`.
struct NotifyOptions: OptionTable {
    var about: OptionValue<Text>?
    var failed: Bool?
    var afterFailures: Int?
    var onRecovery: Bool?

    static let fields: [ParameterDescription] = [
        .absent(
            "about",
            "string",
            "What failed or did not, for example a configuration: failures in a row are counted for each. Default: the target."
        ),
        .absent(
            "failed",
            "boolean",
            "Whether it failed this time; needed with the two options below. Default: not said."
        ),
        .absent(
            "after_failures",
            "integer",
            "Send a failure only at so many in a row, 1 to 1000. Default: 1."
        ),
        .absent(
            "on_recovery",
            "boolean",
            "Send the first success after a failure that was sent. Default: false."
        ),
    ]

    private enum CodingKeys: String, CodingKey {
        case about, failed
        case afterFailures = "after_failures"
        case onRecovery = "on_recovery"
    }
}

/// The name of a provider.
enum ProviderName: ParameterKind {
    static var typeName: String { "string" }

    static func read(_ value: LuaValue) throws -> String {
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789-_"
        guard let name = value.text, (1...40).contains(name.count), name.allSatisfy(letters.contains) else {
            throw ArgumentProblem("a name of small letters, digits, '-' and '_' expected, got \(value.shown)")
        }
        return name
    }
}

/// A table with a function `send`.
enum ProviderTable: ParameterKind {
    static var typeName: String { "table" }

    static func read(_ value: LuaValue) throws -> LuaFunction {
        guard case .function(let function) = value["send"] else {
            throw ArgumentProblem("a table with a function 'send' expected, got \(value.shape)")
        }
        return function
    }
}
