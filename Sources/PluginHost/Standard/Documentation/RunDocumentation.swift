extension StandardDocumentation {
    /// The types that the descriptions of `lock` name.
    static let lockTypes: [TypeDescription] = [
        TypeDescription(
            "Lock",
            "A lock that the run holds; '<close>' frees it where its block ends.",
            object: [.field("release", "function()", "Frees it; a second call does nothing.")]
        )
    ]

    /// A short script for each function of `lock`.
    static let lockExamples = [
        "with": """
        lock.with("repo/main", { wait = "30m" }, function()
          backup.run("web-files")
        end)
        """,
        "acquire": """
        local held <close> = lock.acquire("repo/main", { mode = "shared" })
        backup.run("web-files")
        held:release()
        """,
    ]

    /// A short script for each function of `log`.
    static let logExamples = [
        "debug": #"log.debug("looked for old dumps", { count = 3 })"#,
        "info": #"log.info("the nightly chain begins", { host = "web1" })"#,
        "warn": #"log.warn("the disk is nearly full", { free_bytes = 12 << 20 })"#,
        "error": """
        local ok, problem = pcall(backup.run, "web-files")
        if not ok then log.error(problem) end
        """,
    ]

    /// A short script for each member of `run`.
    static let runExamples = [
        "id": #"log.info("this is run " .. run.id)"#,
        "args": """
        local name = run.args.configuration or "web-files"
        report.add(backup.run(name))
        """,
        "script": #"report.section("What " .. run.script .. " did")"#,
        "attempt": #"if run.attempt > 3 then run.finish("warning", "it was interrupted too often") end"#,
        "resumed": #"if run.resumed then log.info("going on after an interruption") end"#,
        "dry_run": #"if run.dry_run then log.info("nothing is done") end"#,
        "ask": """
        local answer = run.ask("Remove old snapshots of web-files?", {
          default = "no", timeout = "4h", details = "The repository is nearly full.",
        })
        if answer == "yes" then backup.cleanup() end
        """,
        "finish": """
        local last = backup.latest("web-files")
        if not last then run.finish("warning", "there is no backup yet") end
        """,
    ]

    /// A short script for each member of `json`.
    static let jsonExamples = [
        "null": """
        local value = json.decode('{"owner": null}')
        assert(value.owner == json.null)
        """,
        "encode": #"log.info(json.encode({ name = "web", tags = { "a", "b" } }, { pretty = true }))"#,
        "decode": """
        local value = json.decode('{"free": 12, "disks": ["sda", "sdb"]}')
        log.info(#value.disks .. " disks")
        """,
    ]
}
