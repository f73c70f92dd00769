import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// Tasks and locks that wait for one another.
@Suite(.timeLimit(.minutes(1))) struct CircleTests {
    private static let tasks = """
        local a, b
        a = task.spawn(function() time.now() return b:wait() end)
        b = task.spawn(function() return a:wait() end)
        """

    @Test func `tasks that wait for one another are named, each the same`() async throws {
        let result = try await Fixture().run(
            "\(Self.tasks)\nlocal all = {} for i, t in ipairs({ a, b }) do all[i] = tostring(select(2, pcall(t.wait, t))) end return all[1], all[2]"
        )
        #expect(result.failure == nil)
        let values = result.values
        let message =
            "the tasks '0/0.1' and '0/1.1' wait for one another, so that none of them would ever end. "
            + "Let one of them end without waiting for the others."
        #expect(values.map(\.text) == ["test.lua:2: \(message)", "test.lua:3: \(message)"])
    }

    @Test(arguments: [
        "local a, b, c a = task.spawn(function() b:wait() end) b = task.spawn(function() c:wait() end) c = task.spawn(function() a:wait() end)",
        "local a, b a = task.spawn(function() task.all({ function() b:wait() end }) end) b = task.spawn(function() task.step('x', function() a:wait() end) end)",
        "local a, b a = task.spawn(function() b:wait() end) b = task.spawn(function() task.map({ 1, 2 }, function(i) if i == 2 then error(select(2, pcall(a.wait, a))) end end) a:wait() end)",
    ])
    func `a circle of tasks fails the run`(script: String) async throws {
        let failure = try await Fixture().failure(script)
        #expect(failure?.contains("wait for one another") == true, "\(failure ?? "")")
    }

    @Test(arguments: [
        "local a, b a = task.spawn(function() b:wait() end) b = task.spawn(function() task.any({ function() a:wait() end, function() time.now() end }) end)",
        "local a a = task.spawn(function() task.spawn(function() a:wait() end) time.now() end)",
        "local a, b a = task.spawn(function() time.now() end) b = task.spawn(function() a:wait() end) a:wait() b:wait() a:wait()",
    ])
    func `what only looks like a circle is none`(script: String) async throws {
        #expect(try await Fixture().failure(script) == nil)
    }

    @Test func `locks that tasks of one run take in a circle are named`() async throws {
        let site = try Revival()
        let run = Task {
            try await site.run(
                """
                local function take(first, second)
                    return function()
                        lock.with(first, function()
                            task.sleep(1)
                            lock.with(second, function() end)
                        end)
                    end
                end
                local results = task.map({ { "a", "b" }, { "b", "a" } }, function(names) take(names[1], names[2])() end)
                for _, result in ipairs(results) do if not result.ok then print(result.error.message) end end
                """
            )
        }
        try await site.clock.waitForSleepers(2)
        site.clock.advance(by: .seconds(1))
        try await site.clock.waitForSleepers()
        while site.clock.sleeperCount > 0 || site.output.isEmpty {
            site.clock.advance(by: .seconds(2))
            await Task.yield()
        }
        _ = try await run.value
        let names = [("a", "b"), ("b", "a")]
        let messages = names.map { wanted, held in
            "the lock '\(wanted)' would never be free: it is held by another task of this run, which waits for '\(held)', "
                + "held by this task"
        }
        #expect(site.output.count == 1)
        #expect(messages.contains(site.output.first ?? ""))
    }

    @Test func `a lock that is held by who waits for the task is named`() async throws {
        let site = try Revival()
        let run = Task {
            try await site.run(
                """
                local b = task.spawn(function() task.sleep(1) lock.with("x", function() end) end)
                local a = task.spawn(function() lock.with("x", function() b:wait() end) end)
                a:wait()
                """
            )
        }
        try await site.clock.waitForSleepers()
        site.clock.advance(by: .seconds(1))
        let failure = try await run.value.failure
        #expect(
            failure?.message
                == "the lock 'x' would never be free: it is held by a task that waits for this one"
        )
    }

    @Test func `locks that runs take in a circle are named`() async throws {
        let site = try Revival()
        try await site.journal.holdLock("a")
        let claim = RunClaim(run: "other", fence: 1)
        let run = Task {
            try await site.run("lock.with('b', function() time.now() lock.with('a', print) end)")
        }
        try await site.clock.waitForSleepers()
        let wait = LockWait(
            name: "b",
            mode: .exclusive,
            step: StepKey(run: "other", sequence: 1),
            keeping: [StepKey(run: "other", sequence: 0)]
        )
        let circle = try await site.journal.noteWait(wait, for: claim)
        #expect(circle.map(\.step.run) == ["other", "r1"])
        try await site.journal.unlock("a", by: StepKey(run: "other", sequence: 0), for: claim)
        site.clock.advance(by: .seconds(2))
        #expect(try await run.value.outcome == .ok)

        let second = try Revival()
        try await second.journal.holdLock("a")
        _ = try await second.journal.noteWait(wait, for: claim)
        let failure = try await second.run("lock.with('b', function() lock.with('a', print) end)").failure
        #expect(
            failure?.description
                == "test.lua:1: the lock 'a' would never be free: it is held by run 'other', which waits for 'b', "
                + "held by this task. Take the locks in the same order everywhere."
        )
        #expect(failure?.code == "conflict")
    }
}
