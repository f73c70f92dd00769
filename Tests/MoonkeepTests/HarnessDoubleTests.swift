import Foundation
import Testing

/// The doubles, clock, crashes, coverage and reports of `moonkeep test`.
@Suite struct HarnessDoubleTests {
    @Test func `servers and programs are doubled, and what they were asked can be looked at`() async throws {
        let script = """
            return {
              api = 1,
              needs = { "http:https://hooks.example.org", "shell:pg_dump", "secrets:token" },
              run = function()
                local dump = shell.run { "pg_dump", "app", stdin = "x" }
                local answer = http.post("https://hooks.example.org/x", {
                  json = { size = #dump.stdout }, auth = { bearer = secrets.get("token") },
                })
                return { answer.status, answer.json.id, dump.stdout }
              end,
            }
            """
        let ended = try await runTests(
            ["dump.lua": script],
            """
            test.case("both", function()
              test.secrets { token = "s3cret!" }
              test.http { ["POST https://hooks.example.org/x"] = { status = 201, json = { id = 7 } } }
              test.shell { ["pg_dump app"] = { stdout = "12345" } }
              local result = test.run("dump.lua")
              expect(result.returned):equals({ 201, 7, "12345" })
              expect(test.calls.shell[1].command):equals({ "pg_dump", "app" })
              expect(test.calls.shell[1].stdin):equals("x")
              expect(json.decode(test.calls.http[1].body)):equals({ size = 5 })
              expect(test.calls.http[1].headers.authorization):equals("Bearer s3cret!")
            end)
            test.case("one after the other, and by a function", function()
              test.secrets { token = "s3cret!" }
              test.http { ["https://hooks.example.org/*"] = function(request)
                return { json = { id = request.method } }
              end }
              test.shell { pg_dump = { { exit = 1, stderr = "no route" }, { stdout = "1" } } }
              expect(test.run("dump.lua").error.message):contains("no route")
              expect(test.run("dump.lua").returned):equals({ 200, "POST", "1" })
            end)
            """
        )
        #expect(ended.exitCode == 0, "\(ended)")
    }

    @Test func `a call that no double answers fails the case, though the script goes on`() async throws {
        let script = """
            return {
              api = 1, needs = { "http:https://a.example" },
              run = function() pcall(http.get, "https://a.example/x") end,
            }
            """
        let ended = try await runTests(
            ["w.lua": script],
            "test.case('c', function() test.http { ['GET https://a.example/y'] = {} } test.run('w.lua') end)"
        )
        let output = """
            ✗ a_test.lua: c: no double answers 'GET https://a.example/x'; known are: GET https://a.example/y. Add \
            test.http { ["GET https://a.example/x"] = { status = 200 } }.

            0 passed, 1 failed

            """
        #expect(ended == Ended(exitCode: 1, output: output, error: ""))
    }

    @Test func `what the manifest does not ask for is refused`() async throws {
        let script = "return { api = 1, run = function() shell.run { 'pg_dump' } end }"
        let ended = try await runTests(
            ["w.lua": script],
            """
            test.case("c", function()
              test.shell { pg_dump = {} }
              expect(test.run("w.lua").error.code):equals("permission_denied")
              expect(test.calls.shell):equals({})
            end)
            """
        )
        #expect(ended.exitCode == 0, "\(ended)")
    }

    @Test func `waiting for hours takes no time, and timeouts come when they are due`() async throws {
        let script = """
            local id = backup.start("web")
            local isLate = not pcall(backup.wait, id, { timeout = "1h" })
            task.sleep("30m")
            return { isLate, backup.wait(id).state, backup.wait(id).started_time, backup.wait(id).ended_time }
            """
        let ended = try await runTests(
            ["w.lua": script],
            """
            test.case("c", function()
              test.backups { web = { duration = "2h", delay = "10m" } }
              test.clock:set("2026-03-01T00:00:00Z")
              local result = test.run("w.lua")
              expect(result.returned):equals({
                true, "completed", "2026-03-01T00:10:00.000000Z", "2026-03-01T02:10:00.000000Z",
              })
              expect(result.duration_seconds):equals(7800)
            end)
            test.case("several starts", function()
              test.backups { web = { { outcome = "failed" }, { start_error = { code = "conflict" } }, {} } }
              expect(backup.wait(backup.start("web")).state):equals("failed")
              expect(function() backup.start("web") end):raises("conflict")
              expect(backup.wait(backup.start("web")).state):equals("completed")
            end)
            """
        )
        #expect(ended.exitCode == 0, "\(ended)")
    }

    @Test func `a week of a schedule is a list of runs`() async throws {
        let script = """
            return {
              api = 1, schedule = schedule.cron("30 2 * * mon-fri", { tz = "Europe/Berlin" }),
              run = function() backup.run("web") end,
            }
            """
        let ended = try await runTests(
            ["w.lua": script],
            """
            test.case("a week", function()
              test.backups { web = { {}, { outcome = "failed" }, {} } }
              local results = test.week("w.lua", "2026-03-23T00:00:00Z")
              expect(#results):equals(5)
              expect(results[1].slot):equals("2026-03-23T01:30:00.000000Z")
              expect(results[1].outcome):equals("ok")
              expect(results[2].outcome):equals("failed")
              expect(results[3].starts):equals({ "web" })
              expect(test.clock.now):equals("2026-03-30T00:00:00.000000Z")
            end)
            test.case("one that takes too long is left out", function()
              test.backups { web = { duration = "30h" } }
              local results = test.schedule("w.lua", { from = "2026-03-23", to = "2026-03-26" })
              expect(results[2].outcome):equals("skipped")
            end)
            """
        )
        #expect(!ended.output.contains("✗ a_test.lua:3"), "\(ended)")
        #expect(ended.output.contains("✓ a_test.lua: a week"), "\(ended)")
    }

    @Test func `a run that is killed and taken up again starts nothing twice`() async throws {
        let script = """
            for _, name in ipairs { "mail", "web" } do backup.wait(backup.start(name)) end
            log.info("done")
            """
        let ended = try await runTests(
            ["w.lua": script],
            """
            test.case("killed twice", function()
              test.backups { web = {}, mail = {} }
              test.crash_at { 3, 5 }
              local result = test.run("w.lua")
              expect(result.outcome):equals("ok")
              expect(result.crashes):equals(2)
              expect(result.starts):equals({ "mail", "web" })
            end)
            test.crash_everywhere("killed anywhere", function()
              test.backups { web = {}, mail = {} }
              local result = test.run("w.lua")
              expect(result.outcome):equals("ok")
              expect(result.starts):equals({ "mail", "web" })
              expect(#result.log):equals(1)
            end)
            test.case("never killed", function()
              test.backups { web = {}, mail = {} }
              test.crash_at(90)
              test.run("w.lua")
            end)
            """
        )
        #expect(ended.exitCode == 1)
        #expect(
            ended.output.hasPrefix("✓ a_test.lua: killed twice\n✓ a_test.lua: killed anywhere\n"),
            "\(ended)"
        )
        #expect(
            ended.output.contains("never killed: test.crash_at(90): the run of 'w.lua' was over after "),
            "\(ended)"
        )
    }

    @Test func `a program that was cut off parks the run`() async throws {
        let script = """
            return { api = 1, needs = { "shell:mail" }, run = function() shell.run { "mail" } end }
            """
        let ended = try await runTests(
            ["w.lua": script],
            """
            test.case("c", function()
              test.shell { mail = {} }
              -- The run's beginning, its grant, and the intent of the call.
              test.crash_at(3)
              expect(test.run("w.lua").status):equals("parked")
            end)
            """
        )
        #expect(ended.exitCode == 0, "\(ended)")
    }

    @Test func `messages are kept, whether or not their notifier delivers`() async throws {
        let script = """
            return {
              api = 1, needs = { "notify:ops", "notify:slack" },
              run = function()
                notify.send("ops", { title = "web failed", priority = "high" })
                notify.send("slack:general", "hello")
              end,
            }
            """
        let ended = try await runTests(
            ["w.lua": script.replacing("\"notify:slack\"", with: "\"notify:slack:general\"")],
            """
            test.case("c", function()
              test.notifiers { slack = { fails = "down" } }
              local result = test.run("w.lua")
              expect(result.notifications[1]):contains({ target = "ops", title = "web failed", priority = "high" })
              expect(result.notifications[2].target):equals("slack:general")
              expect(result.log[1].message):contains("down")
            end)
            """
        )
        #expect(ended.exitCode == 0, "\(ended)")
    }

    @Test func `coverage names the lines that never ran`() async throws {
        let script = """
            local M = {}
            -- nothing
            local function unused()
              return 1
            end
            if #arg_of(run.args) > 0 then
              print("some")
              print("more")
            end
            return unused
            """.replacing("#arg_of(run.args) > 0", with: "run.args.some")
        let ended = try await runTests(
            ["w.lua": script],
            "test.case('c', function() test.run('w.lua') end)",
            "--coverage"
        )
        let output = """
            ✓ a_test.lua: c

            lines  script  never ran
             57 %  w.lua   4, 7-8

            1 passed

            """
        #expect(ended == Ended(exitCode: 0, output: output, error: ""))
    }

    @Test func `JUnit's XML is well formed, with everything escaped`() async throws {
        try await withSite { site in
            try site.write(
                """
                test.case("a < b & \\"c\\"", function() end)
                test.case("fails", function() expect("]]>\\1"):equals("<x>") end)
                """,
                to: "a_test.lua"
            )
            let ended = try await site.moonkeep("test", "--junit", "results.xml")
            #expect(ended.exitCode == 1)
            let script = """
                import sys, xml.etree.ElementTree as t
                r = t.parse("results.xml").getroot()
                print(r.tag, r.get("tests"), r.get("failures"), r[0].get("name"))
                for c in r[0]:
                    print(c.get("name"), [f.get("message") for f in c])
                """
            let parsed = try await site.execute("/usr/bin/python3", "-c", script)
            let output = """
                testsuites 2 1 a_test.lua
                a < b & "c" []
                fails ['expected "<x>", got "]]>?"']

                """
            #expect(parsed == Ended(exitCode: 0, output: output, error: ""))
        }
    }

    @Test func `the hooks of a plugin that is tested are called`() async throws {
        try await withSite { site in
            try site.makeFolder("plugins/ping/test")
            try site.write(
                """
                hooks.on("run.finished", function(event) http.post("https://ping.example/" .. event.outcome) end)
                return { api = 1, needs = { "http:https://ping.example" } }
                """,
                to: "plugins/ping/plugin.lua"
            )
            try site.write(
                """
                test.case("c", function()
                  test.backups { web = { outcome = "failed" } }
                  test.http { ["POST https://ping.example/failed"] = {} }
                  test.file("w.lua", "backup.wait(backup.start('web'))")
                  test.run("w.lua")
                  expect(#test.calls.http):equals(1)
                end)
                """,
                to: "plugins/ping/test/ping_test.lua"
            )
            let ended = try await site.moonkeep("test")
            #expect(ended.exitCode == 0, "\(ended)")
        }
    }

    @Test func `the tests of the examples pass`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("test", Checkout.folder + "/examples")
            #expect(ended.exitCode == 0, "\(ended)")
        }
    }
}
