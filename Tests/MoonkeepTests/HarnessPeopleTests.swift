import Testing

/// The doubles of people and of checks of `moonkeep test`.
@Suite struct HarnessPeopleTests {
    @Test func `a person's answers are doubled`() async throws {
        let script = """
            return { api = 1, args = { what = { type = "string" } }, run = function(args)
              local first = run.ask("Remove " .. args.what .. "?", { details = "all" })
              return first .. run.ask("Really?", { default = "no", timeout = "4h" })
            end }
            """
        let ended = try await runTests(
            ["w.lua": script],
            """
            test.case("one after the other, by a beginning and a function", function()
              test.answers {
                ["Remove *"] = { "y", "no" },
                ["Really?"] = function(asked) return asked.choices[1] end,
              }
              expect(test.run("w.lua", { what = "this" }).returned):equals("yesyes")
              expect(test.run("w.lua", { what = "that" }).returned):equals("noyes")
              expect(test.calls.questions[3]):equals({
                question = "Remove that?", choices = { "yes", "no" }, details = "all",
              })
            end)
            test.case("nobody", function()
              test.answers { ["Remove this?"] = "yes", ["Remove that?"] = false }
              local result = test.run("w.lua", { what = "this" })
              expect(result.returned):equals("yesno")
              expect(result.duration_seconds):equals(4 * 3600)
              expect(test.run("w.lua", { what = "that" }).status):equals("parked")
            end)
            test.crash_everywhere("a killed run has the answer", function()
              test.answers { ["Remove this?"] = "yes" }
              expect(test.run("w.lua", { what = "this" }).returned):equals("yesno")
            end)
            """
        )
        #expect(ended.exitCode == 0, "\(ended)")
    }

    @Test func `what a check finds is doubled`() async throws {
        let ended = try await runTests(
            [
                "w.lua":
                    "return { api = 1, needs = { 'backup:check' }, run = function() return backup.check() end }"
            ],
            """
            test.case("c", function()
              expect(test.run("w.lua").outcome):equals("ok")
              test.checks { { "a pack is missing" }, {} }
              local result = test.run("w.lua")
              expect(result.outcome):equals("failed")
              expect(result.returned.problems):equals({ "a pack is missing" })
              expect(test.run("w.lua").returned.outcome):equals("ok")
            end)
            """
        )
        #expect(ended.exitCode == 0, "\(ended)")
    }

    @Test func `a question that no double answers fails the case`() async throws {
        let ended = try await runTests(
            ["w.lua": "pcall(run.ask, 'Go on?')"],
            "test.case('c', function() test.run('w.lua') end)"
        )
        #expect(ended.exitCode == 1)
        #expect(
            ended.output.contains(#"no double answers 'Go on?'. Add test.answers { ["Go on?"] = "yes" }."#),
            "\(ended)"
        )
    }
}
