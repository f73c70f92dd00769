extension StandardDocumentation {
    static let hookTypes = [
        TypeDescription(
            "event",
            "What happens in a run, and hooks are told of.",
            type: HookEvent.all.map { "\"\($0.name)\"" }.joined(separator: " or ")
        )
    ]

    static let hooksExamples = [
        "on": """
        -- In the 'plugin.lua' of a plugin.
        hooks.on("backup.finished", function(event)
          log.info("a backup is over", { state = event.backup.state, run = event.run.id })
        end, { timeout = "10s", on_error = "ignore" })
        """
    ]
}
