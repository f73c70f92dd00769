import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// Several things at a time.
@Suite(.timeLimit(.minutes(1))) struct TaskTests {
    @Test(
        arguments: [
            ("return #task.all({})", [0]),
            ("return #task.map({}, print)", [0]),
            (
                "local r = task.all({ function() return 1 end, function() return 2, 3 end }) return r[1], r[2]",
                [1, 2]
            ),
            (
                "local r = task.map({ 3, 1, 2 }, function(x, i) return x * 10 + i end) return r[1].value, r[2].value, r[3].value",
                [31, 12, 23]
            ),
            (
                "local r = task.map({ 1, 2 }, { limit = 1 }, function(x) if x == 1 then error({ code = 'c', message = 'm' }) end return x end) return r[1].ok, r[1].error.code, r[2].ok",
                [false, "c", true]
            ),
            (
                """
                local r = task.map({ 1, 2, 3 }, function(x)
                    local inner = task.map({ 1, 2, 3 }, { limit = 2 }, function(y) time.now() return x * y end)
                    return inner[1].value + inner[2].value + inner[3].value
                end)
                return r[1].value, r[2].value, r[3].value
                """, [6, 12, 18]
            ),
            ("return task.any({ function() error('x') end, function() return 'second' end })", ["second"]),
            (
                "local ok, e = pcall(task.any, { function() error('one') end, function() error('two') end }) return e.message",
                ["test.lua:1: one"]
            ),
            (
                "local n = 0 local v = task.retry({ attempts = 5, base = 0 }, function() n = n + 1 if n < 3 then error('no') end return n end) return v, n",
                [3, 3]
            ),
            (
                "local n = 0 local ok, e = pcall(task.retry, { attempts = 2, base = 0 }, function() n = n + 1 error('no' .. n) end) return ok, e.message, n",
                [false, "test.lua:1: no2", 2]
            ),
            (
                "local n = 0 pcall(task.retry, { base = 0 }, function() n = n + 1 error({ message = 'x', retryable = false }) end) return n",
                [1]
            ),
            (
                "local n = 0 pcall(task.retry, { base = 0, when = function(e) return e.code == 'again' end }, function() n = n + 1 error({ code = n == 1 and 'again' or 'no', message = 'x' }) end) return n",
                [2]
            ),
            ("return task.retry(function() return 7 end)", [7]),
            ("return task.timeout('1h', function() return 8 end)", [8]),
            ("local t = task.spawn(function(x) return x + 1 end, 4) return t:wait(), t:wait()", [5, 5]),
            ("local t = task.spawn(function() error('x') end) return (pcall(t.wait, t))", [false]),
            ("local t = task.spawn(function() task.sleep('1h') end) t:cancel() return 'over'", ["over"]),
            (
                "local t t = task.spawn(function() return select(2, pcall(t.wait, t)).message end) return t:wait()",
                ["a task cannot wait for itself"]
            ),
            ("return task.step('s', function() return { a = 1 } end).a", [1]),
            ("task.sleep_until('2014-01-01T00:00:00Z') return 'past'", ["past"]),
            ("return lock.with('l', function() return 9 end)", [9]),
        ] as [(String, [LuaValue])]
    )
    func `a script gets what its tasks answer`(script: String, values: [LuaValue]) async throws {
        #expect(try await Fixture().values(script) == values)
    }

    @Test(arguments: [
        ("task.all()", "bad argument #1 to 'task.all': list of functions expected, got nil"),
        ("task.all({ 1 })", "bad argument #1 to 'task.all': item 1 is not a function but a integer"),
        ("task.any({})", "bad argument #1 to 'task.any': at least one function expected"),
        ("task.map({ 1 }, { limit = 0 }, print)", "bad argument #2 to 'task.map': limit: 1 to 256 expected"),
        ("task.map({ 1 })", "bad argument #3 to 'task.map': function expected, got nil"),
        ("task.map(1, print)", "bad argument #1 to 'task.map': list expected, got integer"),
        (
            "task.retry({ attempts = 0 }, print)",
            "bad argument #1 to 'task.retry': attempts: 1 to 100 expected"
        ),
        (
            "task.retry({ factor = 99 }, print)",
            "bad argument #1 to 'task.retry': factor: a number from 1 to 10 expected"
        ),
        ("task.spawn('x')", "bad argument #1 to 'task.spawn': function expected, got string"),
        (
            "lock.with('l', { mode = 'both' }, print)",
            #"bad argument #2 to 'lock.with': mode: "shared" or "exclusive" expected, got "both""#
        ),
        ("task.spawn(function() error('unseen') end)", "unseen"),
        (
            "task.all({ function() task.sleep(0) error('first') end, function() error('second') end })",
            "first"
        ),
    ])
    func `what is wrong is said with the function's name`(script: String, message: String) async throws {
        #expect(try await Fixture().failure(script) == "test.lua:1: " + message)
    }

    @Test func `an item that fails makes the outcome failed, and no backup is lost`() async throws {
        let fixture = try Fixture(scripts: ["mail": .fails])
        let result = try await fixture.run(
            "local r = task.map({ 'mail', 'web-files' }, function(n) return backup.run(n).state end) return r[1].ok, r[2].value"
        )
        #expect(result.values == [false, "completed"])
        #expect(result.outcome == .failed)
    }

    @Test(arguments: [1, 3, 8]) func `a map runs at most so many at a time, and that many`(limit: Int)
        async throws
    {
        let (running, most) = (Box(0), Box(0))
        let full = Gate()
        let probe = Module("probe", "Counts.") {
            Function("enter", "Enters.", .composite) { _ in
                let count = running.change {
                    $0 += 1; return $0
                }
                most.change { $0 = max($0, count) }
                if count == limit { full.open() }
                try await full.pass()
                running.change { $0 -= 1 }
                return .nil
            }
        }
        let result = try await Fixture(modules: [probe]).run(
            "local t = {} for i = 1, 24 do t[i] = i end task.map(t, { limit = \(limit) }, function() probe.enter() end)"
        )
        #expect(result.outcome == .ok)
        #expect(most.value == limit)
    }

    @Test func `the losers of a race are cancelled, and their variables closed`() async throws {
        let fixture = try Fixture()
        let result = try await fixture.run(
            """
            return task.any({
                function()
                    local c <close> = setmetatable({}, { __close = function() print("closed") end })
                    task.sleep("1h")
                end,
                function() return "fast" end,
            })
            """
        )
        #expect(result.values == ["fast"])
        #expect(fixture.lines.contains("output closed"))
        #expect(fixture.clock.sleeperCount == 0)
    }

    @Test func `cancelling the run reaches every task, and variables are closed`() async throws {
        let fixture = try Fixture()
        let host = fixture.host
        let closed = Box(0)
        let script = """
            local function sleep(x)
                local c <close> = setmetatable({}, { __close = function() print("closed") end })
                task.sleep("1h")
            end
            task.spawn(sleep)
            task.all({ sleep, function() task.map({ 1, 2 }, sleep) end,
                function() task.timeout("2h", sleep) end, function() lock.with("l", sleep) end })
            """
        let run = Task {
            try await host.run(LuaSource(name: "test.lua", text: script)) { event in
                if case .output("closed") = event { closed.change { $0 += 1 } }
            }
        }
        // The timeout sleeps too.
        try await fixture.clock.waitForSleepers(7)
        run.cancel()
        let result = try await run.value
        #expect(result.status == .cancelled)
        #expect(closed.value == 6)
        #expect(fixture.clock.sleeperCount == 0)
        #expect(try await fixture.journal.locks().isEmpty)
    }

    @Test(arguments: [
        "while true do task.spawn(function() task.sleep('1h') end) end",
        "while true do task.spawn(error) end",
        "local function f() task.spawn(f) task.spawn(f) end f()",
        "local function f() task.spawn(f):wait() end f()",
        "local function f() task.all({ f }) end f()",
        "local function f() task.map({ 1, 2 }, f) end f()",
    ])
    func `tasks without end are refused`(script: String) async throws {
        let fixture = try Fixture()
        let host = fixture.makeHost(
            journal: fixture.journal,
            limits: LuaLimits(runningTime: .seconds(5), tasks: 50)
        )
        let stopper = RunControl()
        let run = Task {
            try await host.run(LuaSource(name: "test.lua", text: script + "\nprint('on')"), control: stopper)
        }
        if script.contains("sleep") {
            // All that were allowed sleep on.
            try await fixture.clock.waitForSleepers(49)
            fixture.clock.advance(by: .seconds(3_600))
        }
        let failure = try await run.value.failure
        #expect(failure != nil || script.contains("map"))
        let message = failure?.message ?? "no more are allowed"
        #expect(message.contains("no more are allowed"))
    }

    @Test func `a task that never ends is ended with the run`() async throws {
        let fixture = try Fixture()
        let host = fixture.makeHost(
            journal: fixture.journal,
            limits: LuaLimits(grace: .milliseconds(100))
        )
        let begun = Gate()
        let run = Task {
            try await host.run(
                LuaSource(
                    name: "test.lua",
                    text:
                        "task.spawn(function() print('now') while true do pcall(function() while true do end end) end end)"
                ),
                observe: { if case .output("now") = $0 { begun.open() } }
            )
        }
        try await begun.pass()
        run.cancel()
        #expect(try await run.value.status == .cancelled)
    }

    @Test func `many items leave no tasks behind`() async throws {
        let result = try await Fixture().run(
            "local t = {} for i = 1, 5000 do t[i] = i end return #task.map(t, { limit = 100 }, function(x) return x end)"
        )
        #expect(result.values == [5_000])
    }
}
