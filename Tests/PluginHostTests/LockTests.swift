import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// One run at a time.
@Suite(.timeLimit(.minutes(1))) struct LockTests {
    @Test func `a second run waits until the first one frees the lock`() async throws {
        let site = try Revival()
        try await site.journal.holdLock("repo")
        let run = Task { try await site.run("lock.with('repo', function() print('held') end)") }
        try await site.clock.waitForSleepers()
        #expect(site.output.isEmpty)
        let claim = RunClaim(run: "other", fence: 1)
        try await site.journal.unlock("repo", by: StepKey(run: "other", sequence: 0), for: claim)
        site.clock.advance(by: .seconds(2))
        #expect(try await run.value.outcome == .ok)
        #expect(site.output == ["held"])
        #expect(try await site.journal.locks().isEmpty)
    }

    @Test func `shared locks are held side by side, and an exclusive one waits for both`() async throws {
        let site = try Revival()
        try await site.journal.holdLock("repo", .shared)
        let result = try await site.run(
            """
            lock.with("repo", { mode = "shared" }, function() print("shared") end)
            local ok, e = pcall(lock.with, "repo", { wait = 0 }, print)
            print(e.code, e.message, e.fix)
            """
        )
        #expect(result.outcome == .ok)
        #expect(
            site.output == [
                "shared",
                "timed_out\tthe lock 'repo' was not free after 0.0 s\t'moonkeep locks' shows who holds it.",
            ]
        )
    }

    @Test func `a lock is freed by an error, at the block's end, and by hand`() async throws {
        let site = try Revival()
        let result = try await site.run(
            """
            pcall(lock.with, "a", function() error("x") end)
            do local held <close> = lock.acquire("a") time.now() end
            local held = lock.acquire("a") held:release() held:release()
            lock.with("a", function() end)
            """
        )
        #expect(result.failure == nil)
        #expect(try await site.journal.locks().isEmpty)
        #expect(try await site.steps.filter { $0.contains("lock.release") }.count == 4)
    }

    @Test(arguments: [
        "lock.with('a', function() lock.with('a', print) end)",
        "local held <close> = lock.acquire('a') task.all({ function() lock.acquire('a') end })",
    ])
    func `a lock that the task holds itself is refused`(script: String) async throws {
        #expect(
            try await Fixture().failure(script)
                == "test.lua:1: the lock 'a' is held by this task already. Free it first, or take it once."
        )
    }

    @Test func `an interrupted run keeps its lock, and a run that is over has none`() async throws {
        let site = try Revival()
        try await site.run("local held = lock.acquire('a') print('stop') time.now() print('on')")
        #expect(try await site.journal.locks().map(\.name) == ["a"])
        #expect(try await site.resume().outcome == .ok)
        #expect(site.output == ["stop", "on"])
        #expect(try await site.journal.locks().isEmpty)
    }

    @Test func `a lock that was freed before is not taken again`() async throws {
        let site = try Revival()
        try await site.run("lock.with('a', function() time.now() end) print('stop') time.now()")
        try await site.journal.holdLock("a")
        #expect(try await site.resume().outcome == .ok)
    }
}
