import BackupAPI
import BackupTesting
import Foundation
import PluginHost
import RunJournal
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(10))) struct WorkflowReloadTests {
    private static let hour = Duration.seconds(3_600)

    @Test func `files that cannot be loaded are told with what is wrong, and the others go on`() async throws
    {
        let bench = try SchedulingBench([
            "good.lua": workflow("schedule.every('1h')"),
            "plain.lua": "local a = run.args.path\nprint(#a)",
            "syntax.lua": "return {",
            "call.lua": "backup.start('web')\n" + workflow("schedule.every('1h')"),
            "fails.lua": "local x = nil\n" + workflow("x.y"),
            "zone.lua": workflow("{ kind = 'cron', rule = '0 0 * * *', tz = 'Europe/Zurch' }"),
            "cron.lua": workflow("'0 0 * *'"),
            "none.lua": workflow("{}"),
            "argument.lua": workflow("'@daily'", fields: "args = { path = { required = true } },"),
            "norun.lua": "return { api = 1, schedule = '@daily', rn = function() end }",
            "test/good_test.lua": "return {",
            "other_test.lua": "return {",
            ".hidden.lua": "return {",
        ])
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        let problems = [
            "argument.lua":
                "it has a schedule, and nobody gives the argument 'path' then. Give the argument a default, or leave the schedule out.",
            "call.lua":
                "'backup.start' is called while the file is loaded, which must do nothing. Call this inside run().",
            "cron.lua":
                "the manifest's 'schedule': a cron expression has 5 fields (minute, hour, day, month, weekday) or is one of @annually, @daily, @hourly, @midnight, @monthly, @weekly, @yearly; got \"0 0 * *\"",
            "fails.lua":
                "2: attempt to index a nil value (local 'x')",
            "none.lua": "the manifest's 'schedule': 1 to 100 schedules expected, got 0",
            "norun.lua": "the manifest has no function 'run'. Write 'run = function(args) … end'.",
            "syntax.lua": "1: unexpected symbol near <eof>",
            "zone.lua":
                "the manifest's 'schedule': the name of a time zone such as \"Europe/Zurich\" or \"UTC\" expected, got \"Europe/Zurch\"",
        ]
        let expected = problems.map { name, problem in
            let space = problem.first?.isNumber == true ? "" : " "
            return "scripts/\(name) cannot be loaded: scripts/\(name):\(space)\(problem)"
        }
        let news = bench.takeNews()
        #expect(news.filter { !$0.contains("good.lua") }.sorted() == expected.sorted())
        #expect(news.contains { $0.hasPrefix("scripts/good.lua is scheduled") })
        try await bench.pass(Self.hour, in: Self.hour, scheduler)
        #expect(try await bench.journal.run("r1").scriptName == "scripts/good.lua")
        #expect(bench.takeNews().count == 2)
    }

    @Test func `a workflow that was not granted what it asks for does not run until it is`() async throws {
        let bench = try SchedulingBench([
            "a.lua": workflow("schedule.every('1h')", fields: "needs = { 'shell:true' },")
        ])
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        try await bench.pass(Self.hour * 2, in: Self.hour / 2, scheduler)
        #expect(
            bench.takeNews() == [
                "scripts/a.lua is scheduled: every 1h (UTC), next 2026-03-26T01:00:00Z",
                "scripts/a.lua does not run: shell:true",
            ]
        )
        bench.grant("scripts/a.lua")
        try await scheduler.pass()
        #expect(bench.takeNews() == ["scripts/a.lua may run now"])
        try await bench.pass(Self.hour, in: Self.hour, scheduler)
        #expect(
            try await bench.slots(of: "a.lua") == [
                "2026-03-26T00:00 followed", "2026-03-26T01:00 failed", "2026-03-26T02:00 failed",
                "2026-03-26T03:00 started r1",
            ]
        )
        let grant = try #require(try await bench.journal.notes(of: "r1").first { $0.kind == "granted" })
        #expect(grant.message.contains("shell:true"))
    }

    @Test func `a run keeps the text that it began with, and the next one has the new text`() async throws {
        func text(_ version: Int) -> String {
            workflow("schedule.every('1h')", "task.sleep('30m') print('version \(version)')")
        }
        let bench = try SchedulingBench(["a.lua": text(1)])
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        bench.clock.advance(by: Self.hour)
        try await scheduler.pass()
        try await bench.clock.waitForSleepers()
        try bench.folder.write("scripts/a.lua", text(2))
        _ = bench.takeNews()
        try await scheduler.pass()
        #expect(
            bench.takeNews() == [
                "scripts/a.lua changed: every 1h (UTC), next 2026-03-26T02:00:00Z"
            ]
        )
        bench.clock.advance(by: Self.hour / 2)
        await bench.runs.settle()
        #expect(bench.output == ["version 1"])
        bench.clock.advance(by: Self.hour / 2)
        try await scheduler.pass()
        try await bench.clock.waitForSleepers()
        bench.clock.advance(by: Self.hour / 2)
        await bench.runs.settle()
        #expect(bench.output == ["version 1", "version 2"])
    }

    @Test func `files that come, go and break are noticed, and what was due meanwhile is not forgotten`()
        async throws
    {
        let text = workflow("schedule.every('1h', { catchup = '30m' })")
        let bench = try SchedulingBench()
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        #expect(bench.takeNews() == [])
        try bench.folder.write("scripts/a.lua", text)
        try await scheduler.pass()
        #expect(
            bench.takeNews() == [
                "scripts/a.lua is scheduled: every 1h (UTC), next 2026-03-26T01:00:00Z"
            ]
        )
        try bench.folder.write("scripts/a.lua", "return {")
        try await bench.pass(Self.hour * 2 + .seconds(600), in: .seconds(600), scheduler)
        #expect(
            bench.takeNews() == [
                "scripts/a.lua is not scheduled any more: scripts/a.lua:1: unexpected symbol near <eof>"
            ]
        )
        try bench.folder.write("scripts/a.lua", text)
        try await scheduler.pass()
        await bench.runs.settle()
        #expect(
            bench.takeNews() == [
                "scripts/a.lua is scheduled: every 1h (UTC), next 2026-03-26T03:00:00Z",
                "scripts/a.lua missed its run of 2026-03-26T01:00:00Z",
                "run r1 of scripts/a.lua began, due 2026-03-26T02:00:00Z",
                "run r1 of scripts/a.lua ended: ok",
            ]
        )
        try bench.folder.write("scripts/a.lua", workflow("nil"))
        try await scheduler.pass()
        try bench.folder.write("scripts/a.lua", text)
        try await scheduler.pass()
        try FileManager.default.removeItem(atPath: bench.folder.path + "/scripts/a.lua")
        try await bench.pass(Self.hour * 3, in: Self.hour, scheduler)
        #expect(
            bench.takeNews() == [
                "scripts/a.lua changed: it has no schedule any more",
                "scripts/a.lua is scheduled: every 1h (UTC), next 2026-03-26T03:00:00Z",
                "scripts/a.lua was removed and is not scheduled any more",
            ]
        )
    }

    @Test func `another schedule counts from the change on`() async throws {
        let bench = try SchedulingBench(["a.lua": workflow("'0 2 * * *'")])
        try await bench.makeScheduler().pass()
        bench.clock.advance(by: Self.hour * 3)
        try bench.folder.write("scripts/a.lua", workflow("'0 1 * * *'"))
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        try await bench.pass(Self.hour * 24, in: Self.hour, scheduler)
        #expect(
            try await bench.slots(of: "a.lua") == [
                "2026-03-26T00:00 followed", "2026-03-26T03:00 followed", "2026-03-27T01:00 started r1",
            ]
        )
    }

    @Test func `what workflows require counts for the next run`() async throws {
        let bench = try SchedulingBench([
            "a.lua": "local shared = require 'shared'\n"
                + workflow("schedule.every(shared.period)", "print(shared.period)")
        ])
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        #expect(bench.takeNews().first?.contains("module 'shared' not found") == true)
        try bench.folder.write("lib/shared.lua", "return { period = '1h' }")
        try await scheduler.pass()
        try await bench.pass(Self.hour, in: Self.hour, scheduler)
        try bench.folder.write("lib/shared.lua", "return { period = '2h' }")
        try await scheduler.pass()
        #expect(
            bench.takeNews() == [
                "lib/shared.lua was added",
                "scripts/a.lua is scheduled: every 1h (UTC), next 2026-03-26T01:00:00Z",
                "run r1 of scripts/a.lua began, due 2026-03-26T01:00:00Z",
                "run r1 of scripts/a.lua ended: ok",
                "lib/shared.lua was changed",
                "scripts/a.lua changed: every 2h (UTC), next 2026-03-26T02:00:00Z",
            ]
        )
    }

    @Test func `plugins that are broken are told once, and again with what is new`() async throws {
        let bench = try SchedulingBench()
        try bench.folder.write("plugins/bad/plugin.lua", "return {")
        try bench.folder.write("plugins/good/plugin.lua", "return { api = 1 }")
        let scheduler = bench.makeScheduler()
        for _ in 0..<2 { try await scheduler.pass() }
        #expect(
            bench.takeNews() == [
                "plugin bad: plugins/bad/plugin.lua:1: unexpected symbol near <eof>"
            ]
        )
        try bench.folder.write("plugins/good/plugin.lua", "return { api = 2 }")
        try await scheduler.pass()
        let news = bench.takeNews()
        #expect(news.count == 2)
        #expect(news.first == "plugins/good/plugin.lua was changed")
        #expect(news.last?.hasPrefix("plugin good: plugins/good/plugin.lua: the manifest's 'api'") == true)
    }

    @Test func `a link that leads back is followed once`() async throws {
        let bench = try SchedulingBench(["a.lua": workflow("'@daily'")])
        try bench.folder.link("scripts/back", to: bench.folder.path + "/scripts")
        try await bench.makeScheduler().pass()
        #expect(bench.takeNews().count == 1)
    }

    @Test func `the scheduler wakes when a slot begins, and looks at files meanwhile`() async throws {
        let bench = try SchedulingBench(["a.lua": workflow("'1 0 * * *'")])
        let scheduler = bench.makeScheduler(interval: .seconds(50))
        let running = Task { try await scheduler.run() }
        try await bench.clock.waitForSleepers()
        bench.clock.advance(by: .seconds(50))
        try await bench.clock.waitForSleepers()
        #expect(bench.clock.nextDeadline?.offset == .seconds(60))
        bench.clock.advance(by: .seconds(10))
        try await bench.clock.waitForSleepers()
        #expect(try await bench.journal.runs(limit: 9).count == 1)
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        await bench.runs.settle()
    }
}
