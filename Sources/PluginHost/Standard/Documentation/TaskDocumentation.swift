extension StandardDocumentation {
    /// The types that the descriptions of `task` name.
    static let taskTypes: [TypeDescription] = [
        TypeDescription(
            "Task",
            "A function that runs beside the script.",
            object: [
                .field(
                    "wait",
                    "function(): any",
                    "Waits for it; answers its first result, or raises its error."
                ),
                .field("cancel", "function()", "Ends it; nobody minds then that it failed."),
            ]
        ),
        TypeDescription(
            "ItemResult",
            "What came of one item.",
            record: [
                .field("ok", "boolean", "Whether its function came to its end."),
                .absent("value", "any", "Its first result."),
                .absent("error", "any", "What it raised."),
            ]
        ),
    ]

    /// A short script for each function of `task`.
    static let taskExamples = [
        "spawn": """
        local web = task.spawn(function() return backup.run("web-files") end)
        backup.run("mail")
        report.add(web:wait())
        """,
        "all": """
        local results = task.all({
          function() return backup.run("web-files") end,
          function() return backup.run("mail") end,
        })
        for _, result in ipairs(results) do report.add(result) end
        """,
        "any": """
        local first = task.any({
          function() return backup.run("web-files").id end,
          function() return backup.run("mail").id end,
        })
        log.info("done first: " .. first)
        """,
        "map": """
        local results = task.map({ "web-files", "mail" }, { limit = 2 }, function(name)
          return backup.run(name)
        end)
        for _, result in ipairs(results) do
          if result.ok then report.add(result.value) else log.error(result.error) end
        end
        """,
        "retry": """
        local result = task.retry({ attempts = 3, base = "1m" }, function()
          return backup.run("web-files")
        end)
        report.add(result)
        """,
        "outcome": """
        local outcome = task.outcome(function() backup.wait(backup.start("web-files")) end)
        log.info("the backup ended as " .. outcome)
        """,
        "timeout": """
        local ok, result = pcall(task.timeout, "2h", function() return backup.run("web-files") end)
        if not ok then log.error(result) end
        """,
        "step": """
        local host = task.step("choose", function() return { name = "db" .. math.random(3) } end)
        log.info("a resumed run goes on with " .. host.name)
        """,
        "sleep": """
        backup.run("web-files")
        task.sleep("5m")
        backup.run("mail")
        """,
        "sleep_until": """
        task.sleep_until("2026-03-01T04:00:00Z")
        backup.run("web-files")
        """,
    ]
}
