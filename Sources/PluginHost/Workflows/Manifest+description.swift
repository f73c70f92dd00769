extension Manifest {
    /// The fields that a workflow's table may have: the reader knows them by these.
    public static let described = TypeDescription(
        "Manifest",
        "What the file of a workflow returns: what it says of itself, and what it does.",
        record: [
            .absent("name", "string", "Its name. Default: the file's, without '.lua'."),
            .field("api", "integer", "The version of the interface that it is written for: \(api)."),
            .absent("summary", "string", "What it does, in one sentence. Default: none."),
            .absent("description", "string", "More about it, for '--help'. Default: none."),
            .absent("category", "string", "What it belongs to, for lists. Default: none."),
            .absent(
                "needs",
                "list of strings",
                "The permissions that it asks for beyond what every script may do; 'moonkeep help needs' lists them. Default: none."
            ),
            .absent(
                "args",
                "list of ManifestArgument or table of ManifestArgument",
                "The arguments that it takes: a list keeps their order; a table has them by name. 'moonkeep help args' explains them. Default: none."
            ),
            .absent(
                "schedule",
                "Schedule or list of Schedule or string",
                "When 'moonkeep serve' runs it by itself: what a function of the module 'schedule' answers, a list of such, or an expression of cron in UTC. Default: never."
            ),
            .field(
                "run",
                "function(args: table): any",
                "What it does; gets the arguments by name, each of its type."
            ),
        ]
    )

    /// A whole workflow, for help.
    static let example = """
        return {
          api = \(api),
          summary = "Backs up one configuration and tells a server.",
          needs = { "http:https://hooks.example.org" },
          args = {
            { name = "config", type = "string", required = true, help = "What to back up." },
            { name = "timeout", type = "duration", default = "4h", help = "How long it may take." },
          },
          schedule = schedule.cron("30 2 * * *", { tz = "Europe/Berlin" }),
          run = function(args)
            local result = backup.run(args.config, { timeout = args.timeout })
            http.post("https://hooks.example.org/done", { json = { outcome = result.outcome } })
          end,
        }
        """
}

extension PluginManifest {
    /// The fields of a plugin's table that the host reads; what else it has is the plugin's own.
    public static let described = TypeDescription(
        "PluginManifest",
        "What the 'plugin.lua' of a plugin returns: what it says of itself, beside the functions that scripts call.",
        record: [
            .absent("name", "string", "Its name, which is its folder's. Default: the folder's."),
            .field("api", "integer", "The version of the interface that it is written for: \(Manifest.api)."),
            .absent("version", "string", "Its version: numbers with dots between them. Default: none."),
            .absent("summary", "string", "What it is for, in one sentence. Default: none."),
            .absent(
                "needs",
                "list of strings",
                "The permissions that it asks for: scripts that require it have to ask for them too. Default: none."
            ),
            .absent(
                "requires",
                "table of strings",
                "The plugins that it requires, by name, with the versions that will do: \"1.x\", \"1.2.x\", \"1.2.3\", or \"x\" for any. Default: none."
            ),
            .absent(
                settingsField,
                "table of ManifestArgument or list of ManifestArgument",
                "What 'plugins' in moonkeep.yaml can say to it, declared as arguments are; 'plugin.settings' reads it. Default: nothing."
            ),
            .absent(
                "send",
                "function(message: table)",
                "Makes it a notifier: delivers one message, a table with key, address, title, body, priority, fields and sent. Default: it is none."
            ),
        ]
    )

    /// A whole plugin, for help.
    static let example = """
        return {
          api = \(Manifest.api),
          version = "1.0.0",
          summary = "Says whether a configuration has a fresh backup.",
          is_fresh = function(config)
            return backup.latest(config, { state = "completed" }) ~= nil
          end,
        }
        """
}

extension WorkflowArgument {
    /// The fields of an argument in a manifest.
    public static let described = TypeDescription(
        "ManifestArgument",
        "An argument of a workflow: how 'run' gets it, and how '--help' explains it.",
        record: [
            .absent(
                "name",
                "string",
                "Its name: lower-case letters, digits and '_'. In a table by names the key is it, and this field is absent."
            ),
            .absent(
                "type",
                ArgumentType.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or "),
                "What it is converted to. Default: \"string\"."
            ),
            .absent("help", "string", "What it means, in one sentence. Default: nothing is said."),
            .absent("default", "any", "What holds when it is not given. Default: it is absent then."),
            .absent("required", "boolean", "Whether it has to be given. Default: false."),
            .absent("choices", "list", "The values that it may have. Default: all of its type."),
        ]
    )

    /// The names of the fields; of an argument in a table by names the key is its name.
    static func fieldNames(hasName: Bool) -> [String] {
        described.fields.map(\.name).filter { hasName || $0 != "name" }
    }
}

extension ArgumentType {
    /// What a value of it is, for help.
    var summary: String {
        switch self {
        case .string: "A text."
        case .integer: "A whole number of 64 bits."
        case .number: "A number."
        case .boolean: "true or false; '--name' is true, '--no-name' false."
        case .duration: "A length of time such as 90s, 15m or 4h; 'run' gets seconds."
        case .size: "A size such as 512KiB or 50GiB; 'run' gets bytes."
        case .list: "Texts, one for each time that the argument is given."
        }
    }
}
