/// A script that is killed.
struct Workflow: Sendable {
    let name: String
    let script: String

    static func named(_ name: String) -> Workflow? {
        known.first { $0.name == name }
    }

    static let all = [chain, parallelMap, retries, progress, stops, tasks, restores]
    /// Also those that no back end does by itself.
    private static let known = all + [big]

    static let chain = Workflow(
        name: "chain",
        script: """
            for _, name in ipairs({ "web-files", "mail" }) do
                local result = backup.wait(backup.start(name))
                report.text(name .. " " .. result.state .. " " .. math.random(1000))
                local _ = time.now()
            end
            """
    )

    static let parallelMap = Workflow(
        name: "parallel map",
        script: """
            local names = { "web-files", "mail", "web-files", "mail", "web-files", "mail" }
            local results = task.map(names, { limit = 4 }, function(name, i)
                return backup.run(name).state .. i .. " " .. math.random(1000)
            end)
            for _, result in ipairs(results) do report.text(tostring(result.ok) .. " " .. tostring(result.value)) end
            """
    )

    static let retries = Workflow(
        name: "retries",
        script: """
            local state = task.retry({ attempts = 3, base = 0.1, when = function() return true end }, function()
                return backup.run("flaky").state
            end)
            local ok, e = pcall(backup.run, "bad")
            report.text(state .. " " .. e.code)
            run.finish("warning", "as expected")
            """
    )

    static let progress = Workflow(
        name: "progress loop",
        script: """
            local seen = {}
            local result = backup.wait(backup.start("slow"), { on_progress = function(p)
                seen[#seen + 1] = p.files_done
                local _ = time.now()
            end })
            report.text(result.state)
            -- What was seen decides what is done: a run that saw something else the next time would be refused.
            for i, files in ipairs(seen) do backup.list({ limit = i * 2 + files }) end
            """
    )

    static let stops = Workflow(
        name: "stop",
        script: """
            local id = backup.start("endless")
            backup.stop(id)
            report.text(backup.wait(id).state)
            local ok, e = pcall(backup.start, "nothing")
            report.text(e.message)
            """
    )

    static let tasks = Workflow(
        name: "tasks and locks",
        script: """
            local function locked(name)
                return lock.with("repository", {}, function() return backup.run(name).state end)
            end
            local one, two = task.spawn(locked, "mail"), task.spawn(locked, "web-files")
            report.text(one:wait() .. " " .. two:wait())
            report.text(task.any({
                function() error("no") end,
                function() return backup.run("mail").state end,
                function() task.sleep("1h") end,
            }))
            report.text(task.step("unit", function() return backup.run("web-files").state end))
            report.text(task.timeout("10m", function() return backup.run("mail").state end))
            local ok, e = pcall(task.timeout, 0, function() task.sleep("1h") end)
            report.text(tostring(ok) .. " " .. e.code)
            """
    )

    static let restores = Workflow(
        name: "restores",
        script: """
            local copy = backup.run("mail")
            local results = task.map({ "one", "two", "three" }, { limit = 2 }, function(name)
                return restore.run(copy.id, { to = run.args.folder .. "/" .. name }).state .. " " .. name
            end)
            for _, result in ipairs(results) do report.text(result.ok and result.value or result.error.message) end
            """
    )

    /// One backup, of which the script expects nothing but its end.
    static let big = Workflow(
        name: "big",
        script: """
            local result = backup.run("big")
            report.text(result.state .. " " .. result.bytes_searched)
            """
    )
}
