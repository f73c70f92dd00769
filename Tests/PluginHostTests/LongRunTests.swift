import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// What a run may record, what it would do, and what it is made of.
@Suite(.timeLimit(.minutes(1))) struct LongRunTests {
    @Test func `a run is warned once before its journal is full, and then refused`() async throws {
        var site = try Revival()
        site.change = { $0.stepLimit = 10 }
        let result = try await site.run("for i = 1, 20 do time.now() end")
        #expect(
            site.lines.filter { $0.hasPrefix("log") } == [
                "log warn the run has recorded 8 steps with 248 B; it may record 10 steps with 64.0 MiB {}"
            ]
        )
        #expect(
            result.failure?.description
                == "test.lua:1: the run has recorded 10 steps with 310 B, and may not record more; 'time.now' was not "
                + "called. Let the script do its work in several runs."
        )
        #expect(try await site.steps.count == 10)
    }

    @Test func `the bytes of answers count, also of a run that is resumed`() async throws {
        var site = try Revival()
        site.change = { $0.stepBytesLimit = 10_000 }
        let script = """
            task.step("a", function() return string.rep("x", 9000) end)
            print("stop")
            task.step("b", function() return string.rep("x", 9000) end)
            time.now()
            """
        try await site.run(script)
        let result = try await site.resume()
        #expect(site.lines.contains { $0.hasPrefix("log warn the run has recorded 1 steps with") })
        #expect(result.failure?.place?.line == 4)
        #expect(
            result.failure?.message.hasSuffix("and may not record more; 'time.now' was not called") == true
        )
    }

    @Test func `a large answer is kept`() async throws {
        let folder = try TemporaryFolder()
        let site = try Revival(journal: try RunStore(path: folder.path + "/journal.sqlite"))
        let script =
            "local x = task.step('x', function() return string.rep('x', 1 << 20) end) print('stop') time.now() return #x"
        try await site.run(script)
        #expect(try await site.resume().values == [1_048_576])
    }

    @Test func `a plan has the steps in order, and nothing is done`() async throws {
        let service = InMemoryBackupService([.make("mail"), .make("web-files")])
        let site = try Revival(service: service)
        let plan = try await site.makeHost().plan(
            LuaSource(
                name: "test.lua",
                text: """
                    local id = backup.start("mail")
                    if backup.wait(id).outcome == "ok" then report.text(backup.status(id).state) end
                    if #backup.configurations() == 2 then backup.run("web-files") end
                    if backup.errors(id).count == 0 then task.sleep("1h") end
                    for p in backup.progress(id) do print(p) end
                    lock.with("l", function() backup.stop(id) end)
                    return run.dry_run, task.all({ function() return backup.run("mail").state end })[1]
                    """
            )
        )
        #expect(plan.result.failure == nil)
        #expect(plan.result.values == [true, "completed"])
        #expect(
            plan.steps.map(\.description) == [
                #"backup.start("mail")"#, #"backup.wait("planned-1")"#, #"backup.status("planned-1")"#,
                "backup.configurations()", #"backup.start("web-files")"#, #"backup.wait("planned-5")"#,
                #"backup.errors("planned-1")"#, #"task.sleep("1h")"#, #"backup.progress("planned-1")"#,
                #"lock.acquire("l","exclusive")"#, #"backup.stop("planned-1")"#, #"backup.start("mail")"#,
                #"backup.wait("planned-12")"#,
            ]
        )
        #expect(service.startRequests.isEmpty)
        #expect(try await site.journal.runs(limit: 1).isEmpty)
    }

    @Test func `the plan of a script that waits for a change ends with its time`() async throws {
        var site = try Revival()
        site.limits = LuaLimits(runningTime: .milliseconds(200))
        let plan = try await site.makeHost().plan(
            LuaSource(name: "test.lua", text: "while backup.list()[1] == nil do task.sleep('1m') end")
        )
        #expect(plan.result.failure?.code == "time_limit")
    }

    // MARK: Modules

    @Test func `a run is resumed on the modules that it began with`() async throws {
        let version = Box(1)
        var site = try Revival()
        site.change = { environment in
            environment.resolveModule = { name in
                guard name == "site.paths" else { return nil }
                let number = version.change {
                    $0 += 1; return $0 - 1
                }
                let text = "time.now() return { version = \(number) }"
                return RequiredModule(LuaSource(name: "paths.lua", text: text))
            }
        }
        let script = "local m = require('site.paths') print('stop') time.now() return m.version"
        try await site.run(script)
        #expect(try await site.journal.modules(of: "r1").keys.sorted() == ["site.paths"])
        #expect(try await site.resume().values == [1])
        #expect(version.value == 2)
        let replay = try await site.makeHost().replay(try await site.record)
        #expect(replay.result.values == [1])
        #expect(replay.mismatch == nil)
        #expect(
            try await site.run("return (pcall(require, 'nothing.here'))", journal: RunStore()).values
                == [false]
        )
    }

    // MARK: Progress

    private static let loop = """
        local id = backup.start("mail")
        local seen = 0
        for p in backup.progress(id, { every = 0 }) do
            seen = seen + 1
            print("seen " .. seen .. " " .. p.files_done)
            if seen == 1 then time.now() print("stop") time.now() end
        end
        report.text(seen .. " " .. backup.wait(id).state)
        """

    @Test func `a loop over the progress ends with the backup`() async throws {
        let fixture = try Fixture()
        let result = try await fixture.run(
            "local n = 0 for p in backup.progress(backup.start('mail')) do n = n + p.files_done end return n"
        )
        #expect(result.outcome == .ok)
        #expect(result.unfinished.isEmpty)
        #expect(fixture.lines.contains("end mail completed"))
        let failing = try Fixture(scripts: ["mail": .fails])
        #expect(
            try await failing.run("for p in backup.progress(backup.start('mail')) do end").outcome == .failed
        )
    }

    @Test func `a resumed loop goes through the same, and on`() async throws {
        let gate = Gate()
        let site = try Revival(scripts: [
            "mail": BackupScript(steps: [
                .untilWatched, .progress(.half), .wait(gate), .untilWatched, .progress(.half),
                .end(.completed),
            ])
        ])
        try await site.run(Self.loop)
        #expect(site.output == ["seen 1 1", "stop"])
        gate.open()
        let result = try await site.resume()
        #expect(result.outcome == .ok)
        #expect(site.output.first == "stop")
        let again = try await site.makeHost(service: DeadService()).replay(try await site.record)
        #expect(again.mismatch == nil)
        #expect(again.result.report.lines == result.report.lines)
        #expect(again.result.outcome == .ok)
    }

    @Test func `a loop has a timeout, and an unknown backup is an error`() async throws {
        let fixture = try Fixture(scripts: ["mail": .runsUntilStopped])
        let values = try await fixture.values(
            """
            local id = backup.start("mail")
            local ok, e = pcall(function() for p in backup.progress(id, { timeout = 0 }) do end end)
            local ok2, e2 = pcall(function() for p in backup.progress("b9") do end end)
            return e.code, e2.code
            """
        )
        #expect(values == ["timed_out", "unknown_backup"])
    }

    @Test func `the events of a backup are read once`() async throws {
        let site = try Revival()
        try await site.run(
            "local r = backup.run('mail') local e = backup.events(r.id) print('stop') time.now() return e[1].event, #e"
        )
        let result = try await site.resume()
        #expect(result.values.first == "backup_start_request")
        #expect(result.failure == nil)
    }
}
