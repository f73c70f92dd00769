import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// Runs that are taken up again where they were.
@Suite(.timeLimit(.minutes(5))) struct ResumeTests {
    @Test func `what was told is not told again, and what comes after it is`() async throws {
        let site = try Revival()
        let result = try await site.run(
            """
            print("one") log.info("two")
            local id = backup.start("mail") backup.wait(id)
            print("three") time.now() print("stop") time.now() print("four")
            """
        )
        #expect(result.halt?.isInterruption == true)
        #expect(result.status == .running)
        #expect(
            site.lines.filter { !$0.hasPrefix("progress") } == [
                "started r1 test.lua", "output one", "log info two {}", "start mail start_requested",
                "end mail completed", "output three", "output stop", "finished failed",
            ]
        )
        let end = try await site.resume()
        #expect(end.outcome == .ok)
        #expect(
            site.lines == ["resumed r1 test.lua 2", "output stop", "output four", "finished ok"]
        )
    }

    @Test func `functions without steps of their own do not tell again either`() async throws {
        let site = try Revival()
        try await site.run(
            """
            task.all({ function() print("a") end, function() print("b") end })
            task.map({ 1 }, {}, function() print("c") end)
            task.retry({}, function() print("d") end)
            local t = task.spawn(function() print("e") end) t:wait()
            lock.with("l", {}, function() print("f") end)
            task.step("s", function() print("g") end)
            task.timeout("1h", function() print("h") end)
            task.any({ function() print("i") end })
            backup.run("mail", { on_progress = function(p) print("j") end })
            time.now()
            print("stop")
            """
        )
        #expect(site.output.sorted() == ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "stop"])
        try await site.resume()
        #expect(site.output == ["stop"])
    }

    @Test func `the script can see that it was resumed`() async throws {
        let site = try Revival()
        let script = "print(run.attempt, run.resumed) print('stop') time.now()"
        try await site.run(script)
        #expect(site.output == ["1\tfalse", "stop"])
        try await site.resume()
        #expect(site.output == ["2\ttrue", "stop"])
    }

    @Test func `time, random numbers and the order of pairs are the same`() async throws {
        let script = """
            local seen = { time.now(), math.random(), math.random(1, 1 << 40) }
            local t = {} for i = 1, 50 do t["key" .. i * 7919] = i end
            for k in pairs(t) do seen[#seen + 1] = k end
            task.all({ function() seen[#seen + 1] = math.random() end })
            seen[#seen + 1] = math.random()
            report.text(table.concat(seen, " "))
            print("stop")
            time.now()
            """
        var site = try Revival()
        let ticks = Box<Int64>(0)
        site.now = {
            Timestamp(
                microseconds: ticks.change {
                    $0 += 1; return $0
                }
            )
        }
        let first = try await site.run(script)
        let second = try await site.resume()
        #expect(first.report.lines == second.report.lines)
        #expect(second.outcome == .ok)
    }

    @Test(arguments: [
        "backup.start('mial')", "backup.status('b9')", "backup.run('web-files')",
        "task.step('x', function() error('plain') end)",
        "task.step('x', function() error({ code = 'mine', message = 'm', n = 1.5 }) end)",
        "task.step('x', function() error(setmetatable({ n = 1 }, { __tostring = function() return 'shown' end })) end)",
        "task.step('x', function() local y = nothing.here end)",
        "task.step('x', function() backup.status('b9') end)",
        "task.any({ function() error('one') end, function() error('two') end })",
        "task.timeout(0, function() task.sleep('1h') end)",
        "task.timeout('1h', function() error('inside') end)",
        "backup.wait('b9', { timeout = 1 })",
        "lock.acquire('l', { wait = 0 })",
        "task.sleep(-1)", "task.any({})",
    ])
    func `a replayed error is the one of the first time`(call: String) async throws {
        let site = try Revival(scripts: ["web-files": .fails])
        try await site.journal.holdLock("l")
        try await site.run(
            """
            local function call() \(call) end
            local ok, e = pcall(call)
            report.text(tostring(ok) .. " " .. tostring(e))
            if type(e) == "table" then report.text(json.encode(e)) end
            print("stop")
            time.now()
            call()
            """
        )
        let first = try await site.resume()
        #expect(first.status == .failed)
        let replayed = try await site.makeHost().replay(try await site.record)
        #expect(replayed.mismatch == nil)
        #expect(replayed.result.report.lines == first.report.lines)
        #expect(replayed.result.failure?.description == first.failure?.description)
        #expect(replayed.result.failure?.code == first.failure?.code)
        #expect(replayed.result.failure?.traceback == first.failure?.traceback)
    }

    @Test func `a sleep counts from its first beginning`() async throws {
        var site = try Revival()
        let passed = Box(Duration.zero)
        site.now = { Timestamp.sample.advanced(by: passed.value) }
        let control = RunControl()
        let host = site.makeHost()
        let first = Task {
            try await host.run(LuaSource(name: "test.lua", text: "task.sleep('1h')"), control: control)
        }
        try await site.clock.waitForSleepers()
        control.interrupt()
        #expect(try await first.value.status == .running)
        #expect(try await site.steps == ["0#0 task.sleep intent"])
        passed.change { $0 = .seconds(3_000) }
        let second = Task { [site] in try await site.resume() }
        try await site.clock.waitForSleepers()
        site.clock.advance(by: .seconds(600))
        #expect(try await second.value.outcome == .ok)
    }

    @Test func `the timeout of a wait counts from its first beginning`() async throws {
        var site = try Revival(scripts: ["mail": .runsUntilStopped])
        let passed = Box(Duration.zero)
        site.now = { Timestamp.sample.advanced(by: passed.value) }
        let control = RunControl()
        let host = site.makeHost()
        let script = "backup.wait(backup.start('mail'), { timeout = '1h' })"
        let first = Task { try await host.run(LuaSource(name: "test.lua", text: script), control: control) }
        try await site.clock.waitForSleepers()
        control.interrupt()
        #expect(try await first.value.status == .running)
        passed.change { $0 = .seconds(3_000) }
        let second = Task { [site] in try await site.resume() }
        try await site.clock.waitForSleepers()
        site.clock.advance(by: .seconds(600))
        let result = try await second.value
        #expect(result.failure?.code == "timed_out")
        #expect(result.unfinished.count == 1)
    }

    @Test func `a step that did not come to its end is made again`() async throws {
        let calls = Box(0)
        var site = try Revival()
        site.modules = [
            Module("probe", "Counts.") {
                Function("count", "Counts.", .step(.effect)) { _ in
                    .integer(
                        Int64(
                            calls.change {
                                $0 += 1; return $0
                            }
                        )
                    )
                }
            }
        ]
        let store = site.journal.watched { write in
            if case .end = write { JournalError(.claimLost, "dead") } else { nil }
        }
        let result = try await site.run("return probe.count()", journal: store)
        #expect(result.halt.map { "\($0)" } == "claimLost")
        #expect(try await site.resume().values == [2])
    }

    @Test func `ticks are shown again, then new ones`() async throws {
        let gate = Gate()
        let script = BackupScript(steps: [
            .untilWatched, .progress(.half), .wait(gate), .untilWatched, .progress(.half), .end(.completed),
        ])
        let site = try Revival(scripts: ["mail": script])
        try await site.run(
            """
            local seen = 0
            local id = backup.start("mail")
            backup.wait(id, { on_progress = function(p)
                seen = seen + 1
                if seen == 1 then time.now() print("stop") end
                print("seen " .. seen)
            end })
            report.text("shown " .. seen)
            """
        )
        #expect(
            try await site.steps == [
                "0#0 backup.start done", "0/1.ticks#0 backup.progress done", "0/1.0#0 time.now done",
            ]
        )
        gate.open()
        let result = try await site.resume()
        let lines = result.report.lines
        #expect(lines.first?.hasPrefix("shown ") == true)
        #expect(lines != ["shown 1"])
        #expect(!site.output.contains("seen 1"))
    }

    @Test func `a tick interval is doubled after each 500`() {
        var thinning = TickThinning(interval: .seconds(1))
        var now = ContinuousClock.now
        var shown: [Int] = []
        for second in 0..<3_000 {
            if thinning.isDue(at: now) { shown.append(second) }
            now = now.advanced(by: .seconds(1))
        }
        #expect(shown.prefix(500) == Array(0..<500)[...])
        #expect(shown[501] - shown[500] == 2)
        #expect(shown[1_001] - shown[1_000] == 4)
        var resumed = TickThinning(interval: .seconds(1), count: 1_000)
        let due = [0, 3, 4].map { resumed.isDue(at: now.advanced(by: .seconds($0))) }
        #expect(due == [true, false, true])
    }

    @Test func `values come back as they were`() async throws {
        let site = try Revival()
        try await site.run(
            #"""
            local function values()
                return { 1, 1.0, -0.0, 1e300, 1/0, -1/0, math.mininteger, 2^53, "\xff\0", "", {}, { a = { 1, nil, 3 } },
                    { [1.5] = true, [false] = "x", ["$key"] = 1 }, json.null, true }
            end
            local function show(v)
                if type(v) ~= "table" or v == json.null then return math.type(v) and string.format("%q", v) or tostring(v) end
                local keys = {} for k in pairs(v) do keys[#keys + 1] = tostring(k) end
                table.sort(keys)
                local out = {}
                for k, x in pairs(v) do out[#out + 1] = tostring(k) .. "=" .. show(x) end
                table.sort(out)
                return "{" .. table.concat(out, ",") .. "}"
            end
            local kept = task.step("values", values)
            report.text(show(kept) == show(values()) and "same" or show(kept) .. " | " .. show(values()))
            time.now()
            print("stop")
            time.now()
            """#
        )
        let result = try await site.resume()
        #expect(result.failure == nil)
        #expect(result.report.lines == ["same"])
    }

    @Test func `what the journal cannot keep is refused the first time`() async throws {
        let site = try Revival()
        let result = try await site.run("task.step('x', function() return { f = print } end)")
        #expect(
            result.failure?.description
                == "test.lua:1: the result has a function in it, which the journal cannot keep. Answer plain values."
        )
    }
}

extension Report {
    /// What stands in it, line by line.
    var lines: [String] { terminalLines(TerminalStyle(hasColour: false)) }
}

extension RunHalt {
    var isInterruption: Bool { if case .interrupted = self { true } else { false } }
    var mismatch: StepMismatch? { if case .mismatch(let mismatch) = self { mismatch } else { nil } }
}

extension RunStore {
    /// Lets a run of its own hold a lock.
    func holdLock(_ name: String, _ mode: LockMode = .exclusive, run: String = "other") async throws {
        let source = ScriptSource(sha256: "5ca1ab1e", name: "other.lua", text: "", firstSeen: 1)
        let record = RunRecord(
            id: run,
            scriptName: "other.lua",
            scriptSHA256: source.sha256,
            seed: 1,
            owner: RunOwner(processID: 1, processStartTime: 1, bootID: "b"),
            started: 1
        )
        let claim = try await begin(record, source: source)
        _ = try await lock(name, mode, by: StepKey(run: run, sequence: 0), at: 1, for: claim)
    }
}
