import PluginHost
import Testing

@testable import moonkeep

@Suite struct CheckTests {
    @Test(
        arguments: [
            ("local x = = 1", "unexpected symbol near '='"),
            ("bakcup.start('web')", "unknown global 'bakcup'; did you mean 'backup'?"),
            ("prnt(1)", "unknown global 'prnt'; did you mean 'print'?"),
            ("weather.today()", "unknown global 'weather'"),
            ("backup.strat('web')", "module 'backup' has no 'strat'; did you mean 'start'?"),
            ("id = backup.start('wbe')", "no configuration is called 'wbe'; did you mean 'web'?"),
            ("backup.run('database')", "no configuration is called 'database'; known are: web"),
            ("backup = nil", "the module 'backup' is overwritten"),
        ]
    )
    func `each kind of mistake is found`(script: String, message: String) async throws {
        try await withSite { site in
            try site.write("\n" + script, to: "script.lua")
            let ended = try await site.moonkeep("check", "script.lua")
            #expect(
                ended
                    == Ended(
                        exitCode: 1,
                        output: "script.lua:2: \(message)\n",
                        error: "moonkeep: 1 problem found\n"
                    )
            )
        }
    }

    @Test(
        arguments: [
            (
                "\"0 0 * * wen\"",
                "the manifest's 'schedule': weekday: numbers from 0 to 7 expected"
            ),
            (
                "schedule.every(\"1h\"), args = { path = { required = true } }",
                "it has a schedule, and nobody "
            ),
        ]
    )
    func `a schedule that would never run anything is found`(schedule: String, message: String) async throws {
        try await withSite { site in
            try site.write(
                "return { api = 1, run = print,\nschedule = \(schedule) }",
                to: "script.lua"
            )
            let ended = try await site.moonkeep("check", "script.lua")
            #expect(ended.exitCode == 1)
            #expect(ended.output.hasPrefix("script.lua:2: \(message)"), "\(ended)")
        }
    }

    @Test func `in a new site there is nothing to find`() async throws {
        try await withSite { site in
            try await site.moonkeep("init", "new")
            let ended = try await site.moonkeep("check", in: "new")
            #expect(ended == Ended(exitCode: 0, output: "", error: ""))
        }
    }

    @Test func `a script without mistakes ends with 0 and nothing to say`() async throws {
        try await withSite { site in
            try site.write(
                "for _, c in ipairs(backup.configurations()) do print(c.name) end",
                to: "script.lua"
            )
            #expect(
                try await site.moonkeep("check", "script.lua") == Ended(exitCode: 0, output: "", error: "")
            )
        }
    }

    @Test func `nothing is run`() async throws {
        try await withSite { site in
            try site.write("print('hello') id = backup.start('web')", to: "script.lua")
            #expect(
                try await site.moonkeep("check", "script.lua") == Ended(exitCode: 0, output: "", error: "")
            )
            #expect(!site.exists("state"))
        }
    }

    @Test func `several scripts are checked at once`() async throws {
        try await withSite { site in
            try site.write("x()", to: "a.lua")
            try site.write("\ny()\nid = backup.start('web')", to: "b.lua")
            let ended = try await site.moonkeep("check", "a.lua", "b.lua")
            #expect(ended.exitCode == 1)
            #expect(ended.output == "a.lua:1: unknown global 'x'\nb.lua:2: unknown global 'y'\n")
            #expect(ended.error == "moonkeep: 2 problems found\n")
        }
    }

    @Test func `a configuration may be named by its id`() async throws {
        let id = "0b0a3ef3-2a0e-4c3a-9da1-8d1c1e3a9f11"
        try await withSite(
            "configurations: [{name: web, id: \(id), inclusions: [source]}, {name: db, inclusions: [home]}]"
        ) {
            site in
            let derived = try #require(
                try await site.moonkeep("configurations", "db", "--json").jsonObject()["id"]
            )
            try site.write("a = backup.start('\(id)') b = backup.start('\(derived)')", to: "script.lua")
            #expect(
                try await site.moonkeep("check", "script.lua") == Ended(exitCode: 0, output: "", error: "")
            )
        }
    }

    @Test func `without a site the names of configurations are not checked`() async throws {
        try await withSite { site in
            try site.remove("moonkeep.yaml")
            try site.write("id = backup.start('anything')", to: "script.lua")
            #expect(
                try await site.moonkeep("check", "script.lua") == Ended(exitCode: 0, output: "", error: "")
            )
        }
    }

    @Test func `a site that is wrong is an error`() async throws {
        try await withSite("configurations: web\n") { site in
            try site.write("", to: "script.lua")
            let ended = try await site.moonkeep("check", "script.lua")
            #expect(ended.exitCode == 2)
            #expect(
                ended.error
                    == "moonkeep: \(site.path("moonkeep.yaml")):1: 'configurations' must be a list, not 'web'\n"
            )
        }
    }

    /// What a check says of a file, and its exit code.
    private func check(_ text: String) async throws -> Ended {
        var ended: Ended?
        try await withSite { site in
            try site.write(text, to: "script.lua")
            ended = try await site.moonkeep("check", "script.lua")
            #expect(!site.exists("state"))
        }
        return try #require(ended)
    }

    @Test func `each field of a manifest that is wrong is told, with its line`() async throws {
        let ended = try await check(
            """
            return {
              api = 1,
              nmae = "x",
              needs = {
                "shell:tar",
                "shel:tar",
              },
              args = {
                limit = { type = "integr" },
              },
              run = function() shell.run({ "tar" }) end,
            }
            """
        )
        #expect(
            ended
                == Ended(
                    exitCode: 1,
                    output: """
                        script.lua:3: the manifest's 'nmae': there is no such field. Did you mean 'name'?
                        script.lua:6: the manifest's 'needs[2]': 'shel:tar' is no permission. Did you mean 'shell'?
                        script.lua:9: the manifest's 'args.limit.type': there is no type 'integr'. Did you mean 'integer'?

                        """,
                    error: "moonkeep: 3 problems found\n"
                )
        )
    }

    @Test func `what is used and not asked for is told, and what is asked for and not used is noted`()
        async throws
    {
        let ended = try await check(
            """
            local NEEDS = { "shell:tar", "fs:read:/srv", "http:https://example.org", "secrets:one" }
            return { api = 1, needs = NEEDS,
              run = function()
                shell.run({ "tar", "-c", "/srv" })
                shell.run({ "pg_dump", "app", timeout = "1h" })
                fs.write("/srv/x", fs.read("/srv/a"))
                http.post("https://hooks.example.org/x?y=1", { json = {} })
                secrets.get("two")
                shell.sh("df")
              end }
            """
        )
        #expect(
            ended.output == """
                script.lua:2: note: the permission 'http:https://example.org' is asked for and not used
                script.lua:2: note: the permission 'secrets:one' is asked for and not used
                script.lua:5: 'shell.run' needs the permission 'shell:pg_dump', which 'needs' does not ask for
                script.lua:6: 'fs.write' needs the permission 'fs:write:/srv/x', which 'needs' does not ask for
                script.lua:7: 'http.post' needs the permission 'http:https://hooks.example.org', which 'needs' does not ask for
                script.lua:8: note: 'secrets.get' does nothing but answer Secret, which is not used
                script.lua:8: 'secrets.get' needs the permission 'secrets:two', which 'needs' does not ask for
                script.lua:9: 'shell.sh' needs the permission 'shell:sh:*', which 'needs' does not ask for

                """
        )
        #expect(ended.error == "moonkeep: 5 problems found\n")
    }

    @Test func `a note alone is no failure`() async throws {
        #expect(
            try await check("backup.start('web')")
                == Ended(
                    exitCode: 0,
                    output: """
                        script.lua:1: note: nothing waits for what 'backup.start' starts: its result is not used

                        """,
                    error: ""
                )
        )
    }

    @Test func `a plain script cannot ask`() async throws {
        let ended = try await check("print(shell.run({ 'df' }).stdout)")
        #expect(
            ended.output == """
                script.lua:1: 'shell.run' needs the permission 'shell:df', which only workflows can ask for; return a \
                table with 'needs' and 'run'

                """
        )
        #expect(ended.exitCode == 1)
    }

    @Test(arguments: [
        // What a run alone can know.
        """
        return { api = 1, needs = { "shell:*", "fs:read:/srv", "secrets:a", "notify:ops", "state:shared" },
          run = function(args)
            shell.run({ args.program }) fs.read(args.path) notify.send(args.who, "x")
            local s = secrets.get(args.secret) state.set("shared/x", s and 1)
          end }
        """,
        // Functions that are handed over, and modules with other names.
        """
        local sh = shell
        return { api = 1, needs = { "shell:tar", "http:https://example.org" },
          run = function() sh.run({ "tar" }) task.retry({}, function() return pcall(http.get, "x") end) end }
        """,
        // What a plugin needs.
        """
        return { api = 1, needs = { "secrets:slack" }, run = function() require("slack").send("x") end }
        """,
        "local M = {} function M.list() return shell.run({ 'ls' }) end return M",
        "return { api = 1, needs = { 'shell:ls' }, list = function() return shell.run({ 'ls' }) end }",
        "return { api = 1, needs = { 'lock:one' }, run = function() lock.with('one', function() end) end }",
        "return { api = 1, needs = { 'fs:write:/srv' }, run = function() shell.run({ args }, {}) end }",
    ])
    func `there are no false alarms`(text: String) async throws {
        let output = try await check(text).output
        #expect(
            output.split(separator: "\n").allSatisfy { $0.contains("unknown global 'args'") },
            "\(output)"
        )
    }

    @Test func `a host function that is called while a workflow is loaded is told`() async throws {
        let ended = try await check(
            """
            local first = backup.configurations()[1]
            return { api = 1, run = function() return first end }
            """
        )
        #expect(
            ended.output == """
                script.lua:1: 'backup.configurations' is called while the file is loaded, which must do nothing. Call this \
                inside run().

                """
        )
        #expect(ended.exitCode == 1)
    }
}
