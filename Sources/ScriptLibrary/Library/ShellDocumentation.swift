import PluginHost

extension LibraryDocumentation {
    /// The types that the descriptions of `shell` name.
    static let shellTypes: [TypeDescription] = [
        TypeDescription(
            "ProgramResult",
            "How a program ended.",
            record: [
                .field("exit_code", "integer", "Its exit code, 0 to 255."),
                .field("stdout", "string", "What it wrote; empty where that went to a file."),
                .field("stdout_bytes", "integer", "How many bytes it wrote."),
                .field("stderr", "string", "What it wrote to its standard error: the last 64 KiB."),
            ]
        )
    ]

    /// A short script for each function of `shell`.
    static let shellExamples = [
        "run": """
        local dump = shell.run({ "pg_dump", "--format=custom", "app", timeout = "30m", on_unknown = "retry" })
        log.info(dump.stdout_bytes .. " bytes")
        """,
        "sh": """
        local found = shell.sh("ls / | wc -l", { timeout = "10s" })
        log.info("things in the root: " .. found.stdout)
        """,
    ]
}
