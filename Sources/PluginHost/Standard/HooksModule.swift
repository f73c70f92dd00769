import BackupAPI
import LuaKit

extension Module {
    /// `hooks`: what plugins do when something happens in any run.
    static var hooks: Module {
        Module(
            "hooks",
            """
            Lets a plugin act when something happens in a run of the site, whatever the script is. Hooks are called in the order of \
            the plugins' names, and those of one plugin in the order of their registration.
            """,
            events: HookEvent.all
        ) {
            Function(
                "on",
                """
                Registers a function for an event; only for a plugin's 'plugin.lua', while it is loaded. The function gets a table with \
                'event', 'run' (a table with id and script) and the event's fields. Each call has a state of its own: keep with \
                'state' what later ones need. It may do what was granted to the plugin with 'moonkeep allow plugins/NAME/plugin.lua'. \
                Its call is a step of the run: one that was done is not done again when the run is resumed. What a hook does calls no \
                hooks.
                """,
                .pure,
                Parameter<HookEventName>("event", "An event's name, for example \"backup.finished\"."),
                Parameter<Callback>("fn", "What to do."),
                Options<HookOptions>(),
                errors: ["unsupported"],
                // One that may wait knows from where it is called.
                body: { run, event, function, options in
                    let hook = HookDeclaration(
                        event: event,
                        timeout: options.timeout?.value ?? .seconds(30),
                        onError: options.onError?.value ?? .warn
                    )
                    try HookRegistry.register(hook, function, in: run)
                    return .nil
                }
            )
        }
        .documented(types: StandardDocumentation.hookTypes, examples: StandardDocumentation.hooksExamples)
    }
}

/// The name of an event.
enum HookEventName: ParameterKind {
    static var typeName: String { "event" }

    static func read(_ value: LuaValue) throws -> String {
        try KnownName.read(value, of: "event", among: HookEvent.all.map(\.name))
    }
}

/// The options of `hooks.on`.
struct HookOptions: OptionTable {
    var timeout: Option<TimeSpan>?
    var onError: Option<HookErrorPolicy>?

    static let fields: [ParameterDescription] = [
        .absent(
            "timeout",
            "duration",
            "How long a call may take; then it is ended, and has failed. Default: 30s."
        ),
        ParameterDescription(
            "on_error",
            "string",
            """
            What a failure means for the run, which goes on: "warn", its outcome is warning at least; "fail", its outcome is \
            failed; "ignore", nothing. Default: warn.
            """,
            isOptional: true
        ),
    ]

    private enum CodingKeys: String, CodingKey {
        case timeout
        case onError = "on_error"
    }
}
