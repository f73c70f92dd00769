import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// Waits whose host dies, and whose time of day is another one afterwards.
@Suite(.timeLimit(.minutes(1))) struct ClockChangeTests {
    /// Runs a script until it waits, takes the run up again with a time of day that differs by `jump`, lets `rest` pass and
    /// answers the result.
    private func result(
        of script: String,
        jump: Duration,
        rest: Duration,
        prepare: (Revival) async throws -> Void = { _ in }
    ) async throws -> RunResult {
        var site = try Revival(scripts: ["mail": .runsUntilStopped])
        let passed = Box(Duration.zero)
        site.now = { Timestamp.sample.advanced(by: passed.value) }
        try await prepare(site)
        let (control, host) = (RunControl(), site.makeHost())
        let first = Task { try await host.run(LuaSource(name: "test.lua", text: script), control: control) }
        try await site.clock.waitForSleepers()
        control.interrupt()
        #expect(try await first.value.status == .running)
        passed.change { $0 = jump }
        let second = Task { [site] in try await site.resume() }
        if rest > .zero {
            try await site.clock.waitForSleepers()
            site.clock.advance(by: rest)
        }
        return try await second.value
    }

    @Test(arguments: [
        "task.sleep(3)",
        "task.sleep_until(1407262945)",
        "task.retry({ attempts = 2, base = 3, factor = 1, max = 3 }, function() n = (n or 0) + 1 if n == 1 then error('x') end end)",
        "pcall(task.timeout, 3, function() task.sleep(60) end)",
        "local id = backup.start('mail') pcall(backup.wait, id, { timeout = 3 }) run.finish('ok')",
        "local id = backup.start('mail') pcall(function() for p in backup.progress(id, { timeout = 3 }) do end end) run.finish('ok')",
        "assert(run.ask('Go on?', { choices = { 'yes', 'no' }, default = 'no', timeout = 3 }) == 'no')",
        "local ok, e = pcall(lock.with, 'held', { wait = 3 }, print) assert(e.code == 'timed_out')",
    ])
    func `a clock that was put back makes no wait longer`(script: String) async throws {
        for jump in [Duration.seconds(-172_800), .seconds(-34_560_000)] {
            let result = try await result(of: script, jump: jump, rest: .seconds(3)) {
                try await $0.journal.holdLock("held")
            }
            #expect(result.failure == nil)
            #expect(result.status == .ok)
        }
    }

    @Test func `a clock that was put forward ends a sleep`() async throws {
        let result = try await result(of: "task.sleep('1h')", jump: .seconds(172_800), rest: .zero)
        #expect(result.outcome == .ok)
    }

    @Test func `a sleep whose beginning lies ahead takes its own time`() async throws {
        var site = try Revival()
        let passed = Box(Duration.seconds(172_800))
        site.now = { Timestamp.sample.advanced(by: passed.value) }
        let (control, host) = (RunControl(), site.makeHost())
        let text = "task.sleep_until(1407435745) task.sleep_until(1407262942 + 2) task.sleep(1)"
        let first = Task { try await host.run(LuaSource(name: "test.lua", text: text), control: control) }
        try await site.clock.waitForSleepers()
        control.interrupt()
        #expect(try await first.value.status == .running)
        passed.change { $0 = .zero }
        let second = Task { [site] in try await site.resume() }
        for seconds in [3, 2, 1] {
            try await site.clock.waitForSleepers()
            site.clock.advance(by: .seconds(seconds))
        }
        #expect(try await second.value.outcome == .ok)
    }
}
