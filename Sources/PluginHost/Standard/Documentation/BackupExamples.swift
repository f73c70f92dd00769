extension StandardDocumentation {
    /// A short script for each function of `backup`.
    static let backupExamples = [
        "start": """
        local id = backup.start("web-files")
        log.info("the backup has begun", { id = id })
        """,
        "wait": """
        local id = backup.start("web-files")
        local result = backup.wait(id, { timeout = "4h" })
        if result.outcome ~= "ok" then log.warn("look at it", { errors = result.errors.count }) end
        """,
        "run": """
        local result = backup.run("web-files", {
          on_progress = function(p) log.debug(p.files_done .. " files") end,
        })
        report.add(result)
        """,
        "status": """
        local id = backup.start("web-files")
        log.info("it is " .. backup.status(id).state)
        """,
        "stop": """
        local id = backup.start("web-files")
        if backup.status(id).state ~= "completed" then backup.stop(id) end
        log.info("it ended as " .. backup.wait(id).state)
        """,
        "errors": """
        local result = backup.wait(backup.start("web-files"))
        for _, item in ipairs(backup.errors(result).list) do
          log.warn(item.path, { problem = item.description })
        end
        """,
        "events": """
        local result = backup.wait(backup.start("web-files"))
        for _, event in ipairs(backup.events(result)) do log.info(event.time .. " " .. event.event) end
        """,
        "progress": """
        local id = backup.start("web-files")
        for p in backup.progress(id, { every = "10s" }) do
          log.info(("%d of %d files"):format(p.files_done, p.total_files))
        end
        """,
        "list": """
        backup.run("web-files")
        for _, b in ipairs(backup.list({ configuration = "web-files", limit = 5 })) do
          log.info(b.id .. " " .. b.state)
        end
        """,
        "latest": """
        local last = backup.latest("web-files", { state = "completed" })
        if not last then log.warn("there is no good backup yet") end
        """,
        "configurations": """
        for _, configuration in ipairs(backup.configurations()) do
          report.add(backup.run(configuration.id))
        end
        """,
        "configuration": """
        local configuration = backup.configuration("web-files")
        log.info(configuration.name .. " keeps " .. configuration.retention.days .. " days")
        """,
    ]
}
