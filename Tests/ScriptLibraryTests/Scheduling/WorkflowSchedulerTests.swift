import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct WorkflowSchedulerTests {
    @Test func `a week of schedules is run, each slot once, over a change of the clocks`() async throws {
        let bench = try SchedulingBench([
            "nightly.lua": workflow("schedule.cron('30 2 * * *', { tz = 'Europe/Zurich' })"),
            "sub/twice.lua": workflow("{ schedule.cron('0 12 * * mon'), schedule.calendar('Sat 18:00') }"),
            "plain.lua": "backup.start('web')",
        ])
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        #expect(
            bench.takeNews() == [
                "scripts/nightly.lua is scheduled: 30 2 * * * (Europe/Zurich), next 2026-03-26T01:30:00Z",
                "scripts/sub/twice.lua is scheduled: 0 12 * * mon, Sat 18:00 (UTC), next 2026-03-28T18:00:00Z",
            ]
        )
        try await bench.pass(.seconds(7 * 86_400), in: .seconds(1_800), scheduler)
        #expect(
            try await bench.slots(of: "nightly.lua") == [
                "2026-03-26T00:00 followed", "2026-03-26T01:30 started r1", "2026-03-27T01:30 started r2",
                "2026-03-28T01:30 started r3", "2026-03-29T01:00 started r5", "2026-03-30T00:30 started r6",
                "2026-03-31T00:30 started r8", "2026-04-01T00:30 started r9",
            ]
        )
        #expect(
            try await bench.slots(of: "sub/twice.lua") == [
                "2026-03-26T00:00 followed", "2026-03-28T18:00 started r4", "2026-03-30T12:00 started r7",
            ]
        )
        let news = bench.takeNews()
        #expect(news.count == 18)
        #expect(news.first == "run r1 of scripts/nightly.lua began, due 2026-03-26T01:30:00Z")
        #expect(news.last == "run r9 of scripts/nightly.lua ended: ok")
        let runs = try await bench.journal.runs(limit: 20)
        #expect(runs.map(\.status) == Array(repeating: .ok, count: 9))
        #expect(Set(runs.map(\.scriptName)) == ["scripts/nightly.lua", "scripts/sub/twice.lua"])
    }

    @Test func `a run gets the defaults of its arguments, and its failure is told`() async throws {
        let bench = try SchedulingBench([
            "a.lua": workflow(
                "schedule.every('1h')",
                "error('no space on ' .. args.disk)",
                fields: "args = { disk = { default = 'sda' } },"
            )
        ])
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        try await bench.pass(.seconds(3_600), in: .seconds(3_600), scheduler)
        #expect(
            bench.takeNews().last
                == "run r1 of scripts/a.lua ended: failed: scripts/a.lua:1: no space on sda"
        )
        #expect(try await bench.journal.run("r1").status == .failed)
    }

    @Test func `after a gap the newest slot runs if it is in the window, the others are missed`() async throws
    {
        let bench = try SchedulingBench([
            "late.lua": workflow("schedule.cron('0 2 * * *', { catchup = '12h' })"),
            "strict.lua": workflow("schedule.cron('0 2 * * *')"),
        ])
        try await bench.makeScheduler().pass()
        bench.clock.advance(by: .seconds(3 * 86_400 + 5 * 3_600))
        _ = bench.takeNews()
        try await bench.makeScheduler().pass()
        await bench.runs.settle()
        #expect(
            try await bench.slots(of: "late.lua") == [
                "2026-03-26T00:00 followed", "2026-03-26T02:00 missed", "2026-03-27T02:00 missed",
                "2026-03-28T02:00 missed", "2026-03-29T02:00 started r1",
            ]
        )
        #expect(try await bench.slots(of: "strict.lua").last == "2026-03-29T02:00 missed")
        let news = bench.takeNews()
        #expect(
            news.contains(
                "scripts/late.lua missed 3 runs, due from 2026-03-26T02:00:00Z to 2026-03-28T02:00:00Z"
            )
        )
        #expect(
            news.contains(
                "scripts/strict.lua missed 4 runs, due from 2026-03-26T02:00:00Z to 2026-03-29T02:00:00Z"
            )
        )
        let slot = try #require(try await bench.journal.slots(of: "scripts/strict.lua", limit: 1).first)
        #expect(slot.message == "nobody looked after the schedule in time")
    }

    @Test func `a minute late is in time, and of very many slots the newest hundred are missed`() async throws
    {
        let bench = try SchedulingBench(["a.lua": workflow("schedule.every('1m')")])
        try await bench.makeScheduler().pass()
        bench.clock.advance(by: .seconds(30 * 86_400 + 50))
        try await bench.makeScheduler().pass()
        await bench.runs.settle()
        let slots = try await bench.slots(of: "a.lua")
        #expect(slots.count == 1 + 99 + 1)
        #expect(slots.last == "2026-04-25T00:00 started r1")
    }

    @Test func `two programs on one journal run each slot once`() async throws {
        let script = workflow("schedule.every('10m', { overlap = 'allow' })")
        let folder = try TemporaryFolder()
        try folder.write("scripts/a.lua", script)
        let (path, clock) = (folder.path + "/journal.sqlite", ManualClock())
        let first = try SchedulingBench(
            folder: folder,
            clock: clock,
            journal: RunStore(path: path),
            ids: "a"
        )
        let second = try SchedulingBench(
            folder: folder,
            clock: clock,
            journal: RunStore(path: path),
            ids: "b"
        )
        let (one, two) = (first.makeScheduler(), second.makeScheduler())
        try await one.pass()
        try await two.pass()
        for _ in 0..<72 {
            first.clock.advance(by: .seconds(600))
            async let left: Void = one.pass()
            async let right: Void = two.pass()
            _ = try await (left, right)
            await first.runs.settle()
            await second.runs.settle()
        }
        let slots = try await first.slots(of: "a.lua").dropFirst()
        #expect(slots.count == 72)
        #expect(slots.allSatisfy { $0.contains(" started ") })
        #expect(try await first.journal.runs(limit: 1_000).count == 72)
        #expect((first.takeNews() + second.takeNews()).allSatisfy { !$0.contains("cannot") })
    }

    @Test func `a slot that cannot be recorded is tried again, and told once`() async throws {
        let isFull = Mutex(false)
        let journal = RunStore.failing { write in
            guard case .begin = write, isFull.withLock({ $0 }) else { return nil }
            return RunStore.diskFull
        }
        let bench = try SchedulingBench(["a.lua": workflow("schedule.every('1h')")], journal: journal)
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        _ = bench.takeNews()
        isFull.withLock { $0 = true }
        bench.clock.advance(by: .seconds(3_600))
        for _ in 0..<3 { try await scheduler.pass() }
        isFull.withLock { $0 = false }
        try await bench.pass(.seconds(10), in: .seconds(10), scheduler)
        #expect(
            bench.takeNews() == [
                "scripts/a.lua cannot be run now: the disk is full. Free some space.",
                "run r4 of scripts/a.lua began, due 2026-03-26T01:00:00Z",
                "run r4 of scripts/a.lua ended: ok",
            ]
        )
    }

    @Test func `a clock that was wrong keeps nothing from running`() async throws {
        let bench = try SchedulingBench(["a.lua": workflow("schedule.every('1h')")])
        let ahead = ScheduleSlot(
            schedule: "scripts/a.lua",
            time: bench.now.advanced(by: .seconds(90 * 86_400)).microseconds,
            rule: try WorkflowSchedule(.record(["kind": "every", "rule": 3_600.0])).rule,
            state: .missed,
            recorded: 0
        )
        _ = try await bench.journal.note(ahead)
        let scheduler = bench.makeScheduler()
        try await scheduler.pass()
        try await bench.pass(.seconds(3_600), in: .seconds(3_600), scheduler)
        #expect(try await bench.slots(of: "a.lua").first == "2026-03-26T01:00 started r1")
    }
}
