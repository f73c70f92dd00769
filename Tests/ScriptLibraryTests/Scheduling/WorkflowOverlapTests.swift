import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(10))) struct WorkflowOverlapTests {
    private static let minute = Duration.seconds(60)

    private static func bench(_ options: String, takes duration: String = "90m") throws -> SchedulingBench {
        let schedule = "schedule.every('1h', { \(options) })"
        return try SchedulingBench(["a.lua": workflow(schedule, "task.sleep('\(duration)')")])
    }

    /// Lets time pass, wakes the runs whose sleep is over, and waits for their ends.
    private static func advance(
        _ bench: SchedulingBench,
        _ scheduler: WorkflowScheduler<ManualClock>,
        by duration: Duration,
        ending: Bool = false
    ) async throws {
        bench.clock.advance(by: duration)
        if ending { await bench.runs.settle() }
        try await scheduler.pass()
    }

    @Test func `a slot during the last run is skipped`() async throws {
        let bench = try Self.bench("")
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        try await Self.advance(bench, scheduler, by: Self.minute * 60)
        try await bench.clock.waitForSleepers()
        try await Self.advance(bench, scheduler, by: Self.minute * 60)
        try await Self.advance(bench, scheduler, by: Self.minute * 30, ending: true)
        try await Self.advance(bench, scheduler, by: Self.minute * 30)
        #expect(
            try await bench.slots(of: "a.lua") == [
                "2026-03-26T00:00 followed", "2026-03-26T01:00 started r1", "2026-03-26T02:00 skipped",
                "2026-03-26T03:00 started r2",
            ]
        )
        #expect(
            bench.takeNews().contains(
                "scripts/a.lua did not run at 2026-03-26T02:00:00Z: run r1 goes on"
            )
        )
        await bench.runs.stop()
    }

    @Test func `a slot waits for the end of the last run`() async throws {
        let bench = try Self.bench("overlap = 'wait'")
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        try await Self.advance(bench, scheduler, by: Self.minute * 60)
        try await bench.clock.waitForSleepers()
        try await Self.advance(bench, scheduler, by: Self.minute * 60)
        #expect(try await bench.slots(of: "a.lua").last == "2026-03-26T02:00 waiting")
        try await Self.advance(bench, scheduler, by: Self.minute * 30, ending: true)
        #expect(try await bench.slots(of: "a.lua").last == "2026-03-26T02:00 started r2")
        try await bench.clock.waitForSleepers()
        try await Self.advance(bench, scheduler, by: Self.minute * 30)
        #expect(try await bench.slots(of: "a.lua").last == "2026-03-26T03:00 waiting")
        await bench.runs.stop()
    }

    @Test func `of slots that wait the newest one runs`() async throws {
        let bench = try Self.bench("overlap = 'wait'", takes: "150m")
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        try await Self.advance(bench, scheduler, by: Self.minute * 60)
        try await bench.clock.waitForSleepers()
        for _ in 0..<2 { try await Self.advance(bench, scheduler, by: Self.minute * 60) }
        // Whoever looks after the schedule next knows what waits.
        let next = bench.makeScheduler()
        try await next.pass()
        try await Self.advance(bench, next, by: Self.minute * 30, ending: true)
        #expect(
            try await bench.slots(of: "a.lua").suffix(3) == [
                "2026-03-26T01:00 started r1", "2026-03-26T02:00 skipped", "2026-03-26T03:00 started r2",
            ]
        )
        await bench.runs.stop()
    }

    @Test func `what waited while nobody looked is missed`() async throws {
        let bench = try Self.bench("overlap = 'wait'")
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        try await Self.advance(bench, scheduler, by: Self.minute * 60)
        try await bench.clock.waitForSleepers()
        try await Self.advance(bench, scheduler, by: Self.minute * 60)
        bench.clock.advance(by: Self.minute * 30)
        await bench.runs.settle()
        bench.clock.advance(by: Self.minute * 20)
        try await bench.makeScheduler().pass()
        #expect(try await bench.slots(of: "a.lua").last == "2026-03-26T02:00 missed")
    }

    @Test func `both runs go on where that is allowed`() async throws {
        let bench = try Self.bench("overlap = 'allow'")
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        for count in 1...2 {
            try await Self.advance(bench, scheduler, by: Self.minute * 60)
            try await bench.clock.waitForSleepers(count)
        }
        #expect(
            try await bench.slots(of: "a.lua").suffix(2) == [
                "2026-03-26T01:00 started r1", "2026-03-26T02:00 started r2",
            ]
        )
        await bench.runs.stop()
    }

    @Test func `a run that was interrupted, and that nobody goes on with, keeps nothing from running`()
        async throws
    {
        let bench = try Self.bench("")
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        try await Self.advance(bench, scheduler, by: Self.minute * 60)
        try await bench.clock.waitForSleepers()
        await bench.runs.stop()
        #expect(try await bench.journal.run("r1").status == .running)
        let next = try SchedulingBench(
            folder: bench.folder,
            clock: bench.clock,
            journal: bench.journal,
            ids: "s"
        )
        try await Self.advance(next, next.makeScheduler(), by: Self.minute * 60)
        #expect(try await next.slots(of: "a.lua").last == "2026-03-26T02:00 started s1")
        await next.runs.stop()
    }

    @Test func `a run that is parked keeps nothing from running`() async throws {
        let bench = try SchedulingBench(["a.lua": workflow("schedule.every('1h', { overlap = 'wait' })")])
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        let claim = try await bench.journal.begin(
            .make("p1"),
            source: .make(),
            at: ScheduleSlot(
                schedule: "scripts/a.lua",
                time: bench.now.advanced(by: .seconds(1)).microseconds,
                rule: "every 3600.0 UTC",
                state: .started,
                recorded: 0
            )
        )
        try await bench.journal.finish(claim, RunEnd(status: .parked, ended: 1))
        try await bench.pass(.seconds(3_600), in: .seconds(3_600), scheduler)
        #expect(
            try await bench.slots(of: "a.lua").suffix(2) == [
                "2026-03-26T00:00:01Z started p1", "2026-03-26T01:00 started r1",
            ]
        )
    }

    @Test func `a start is put off by the same time each time, another one for each site`() async throws {
        let bench = try SchedulingBench([
            "a.lua": workflow("schedule.cron('0 * * * *', { jitter = '30m' })")
        ])
        let schedule = try WorkflowSchedule(
            .record(["kind": "cron", "rule": "0 * * * *", "jitter_seconds": 1_800])
        )
        let delay = schedule.delay(seed: "host:/site", of: "scripts/a.lua")
        #expect(delay > .zero && delay < .seconds(1_800))
        #expect(delay != schedule.delay(seed: "other:/site", of: "scripts/a.lua"))
        #expect(delay != schedule.delay(seed: "host:/site", of: "scripts/b.lua"))
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        for hour in 1...3 {
            bench.clock.advance(by: .seconds(3_600 * hour) + delay - .seconds(1) - bench.clock.now.offset)
            try await scheduler.pass()
            #expect(try await bench.journal.runs(limit: 9).count == hour - 1)
            try await bench.pass(.seconds(1), in: .seconds(1), scheduler)
            #expect(try await bench.slots(of: "a.lua").last == "2026-03-26T0\(hour):00 started r\(hour)")
        }
    }
}
