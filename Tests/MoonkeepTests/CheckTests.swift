import Testing

@Suite struct CheckTests {
    @Test(
        arguments: [
            ("local x = = 1", "unexpected symbol near '='"),
            ("bakcup.start('web')", "unknown global 'bakcup'; did you mean 'backup'?"),
            ("prnt(1)", "unknown global 'prnt'; did you mean 'print'?"),
            ("weather.today()", "unknown global 'weather'"),
            ("backup.strat('web')", "module 'backup' has no 'strat'; did you mean 'start'?"),
            ("backup.start('wbe')", "no configuration is called 'wbe'; did you mean 'web'?"),
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
            try site.write("print('hello') backup.start('web')", to: "script.lua")
            #expect(
                try await site.moonkeep("check", "script.lua") == Ended(exitCode: 0, output: "", error: "")
            )
            #expect(!site.exists("state"))
        }
    }

    @Test func `several scripts are checked at once`() async throws {
        try await withSite { site in
            try site.write("x()", to: "a.lua")
            try site.write("\ny()\nbackup.start('web')", to: "b.lua")
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
            try site.write("backup.start('\(id)') backup.start('\(derived)')", to: "script.lua")
            #expect(
                try await site.moonkeep("check", "script.lua") == Ended(exitCode: 0, output: "", error: "")
            )
        }
    }

    @Test func `without a site the names of configurations are not checked`() async throws {
        try await withSite { site in
            try site.remove("moonkeep.yaml")
            try site.write("backup.start('anything')", to: "script.lua")
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
}
