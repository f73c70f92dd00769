import PluginHost

extension Module {
    /// The types that the descriptions of `agent` name.
    static let agentTypes: [TypeDescription] = [
        TypeDescription("agent", "An agent's id or name, or its record.", type: "string or Agent"),
        TypeDescription(
            "Agent",
            "A host that performs backups and restores.",
            record: [
                .field("id", "string", "Its id, a UUID."),
                .field("name", "string", "Its name."),
                .field("version", "string", "The version of the program on it."),
                .field("enabled", "boolean", "Whether it may work."),
                .absent(
                    "host",
                    "table",
                    "The machine: flavor, region, and os with name, version and architecture."
                ),
                .field("log_level", "string", "How much it logs."),
                .absent("registered_time", "string", "When it was registered: ISO 8601 in UTC."),
                .absent(
                    "activities",
                    "list of AgentActivity",
                    "What it does now; only 'agent.status' answers it."
                ),
                .field("project_id", "string", "The project that it belongs to."),
                .field("links", "list of Link", "Where more is found of it."),
            ]
        ),
        TypeDescription(
            "AgentActivity",
            "Something that an agent does now.",
            record: [
                .field("id", "string", "The id of the backup, restore or cleanup."),
                .field("type", "string", "What it is, for example \"backup\"."),
                .field("state", "state", "How far it is."),
                .field("last_updated_time", "string", "When it was heard of last: ISO 8601 in UTC."),
            ]
        ),
    ]

    /// A short script for each function of `agent`.
    static let agentExamples = [
        "list": #"for _, a in ipairs(agent.list()) do log.info(a.name, { version = a.version }) end"#,
        "status": """
        local name = agent.list()[1].name
        local status = agent.status(name)
        log.info(name .. " does " .. #status.activities .. " things")
        """,
        "activate": """
        agent.activate()
        task.sleep("20s")
        backup.run("web-files")
        """,
    ]

    /// The types that the descriptions of `backup.cleanup` name.
    static let cleanupTypes: [TypeDescription] = [
        TypeDescription(
            "Cleanup",
            "A cleanup as of some moment.",
            record: [
                .absent("id", "string", "Its id, a UUID."),
                .field("state", "state", "How far it is."),
                .absent("outcome", "outcome", "What came of it; absent while it runs."),
                .absent("agent", "Reference", "The host whose repository it is."),
                .absent("started_time", "string", "When it began to work: ISO 8601 in UTC."),
                .absent("ended_time", "string", "When it was over: ISO 8601 in UTC."),
                .absent(
                    "snapshot_ids",
                    "list of integers",
                    "The numbers of the snapshots that were removed."
                ),
                .absent("errors", "ErrorSummary", "What went wrong."),
                .absent("bytes_before", "integer", "Bytes of the repository before."),
                .absent("bytes_after", "integer", "Bytes of the repository afterwards."),
                .absent("project_id", "string", "The project that it belongs to."),
                .absent("links", "list of Link", "Where more is found of it."),
            ]
        ),
        TypeDescription(
            "RepositoryCheck",
            "What a check of the repository has found.",
            record: [
                .field("outcome", "outcome", "\"ok\" for a sound repository, \"failed\" for a damaged one."),
                .field("problems", "list of strings", "What is wrong, in restic's words; empty for nothing."),
                .field("packs", "list of strings", "The ids of damaged packs, as far as they are named."),
                .field("started_time", "string", "When it began to work: ISO 8601 in UTC."),
                .field("ended_time", "string", "When it was over: ISO 8601 in UTC."),
            ]
        ),
    ]

    /// A short script for each function that is added to `backup`.
    static let cleanupExamples = [
        "cleanup": """
        local result = backup.cleanup({ configurations = { "web-files" }, timeout = "6h" })
        log.info("cleaned up: " .. result.outcome)
        """,
        "check": """
        local check = backup.check({ read_data = "5%", timeout = "6h" })
        for _, problem in ipairs(check.problems) do log.error(problem) end
        """,
    ]
}
