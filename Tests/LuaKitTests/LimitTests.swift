import LuaKit
import Testing

@Suite(.timeLimit(.minutes(5 * patience))) struct LimitTests {
    private static let short = LuaLimits(runningTime: .milliseconds(100), slice: .milliseconds(8))

    @Test(arguments: [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "xpcall(function() while true do end end, function() while true do end end)",
        "local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end",
        "coroutine.wrap(function() while true do end end)()",
        """
        coroutine.wrap(function()
            local x <close> = setmetatable({}, {__close = function() while true do end end})
            while true do end
        end)()
        """,
        "local co = coroutine.create(function() while true do end end) while true do coroutine.resume(co) end",
        "while true do load(function() while true do end end) end",
        "table.sort({3, 2, 1}, function() while true do pcall(function() while true do end end) end end)",
        "table.sort({2, 1}, function() return coroutine.wrap(function() while true do end end)() end)",
        "error(setmetatable({}, {__tostring = function() while true do end end}))",
        "local t = setmetatable({}, {__index = function(t, k) while true do end end}) return t.x",
        "string.gsub('x', 'x', function() while true do end end)",
        "local function f() return f() end return f()",
    ])
    func `a script that loops is ended at its limit, whatever it catches`(source: String) async throws {
        let error = try #require(try await failure(of: source, limits: Self.short))
        #expect(error.code == .timeLimit || error.message == "an error value whose text cannot be made")
    }

    @Test func `a script goes on at the bottom of a deep recursion, and its limit holds there`() async throws
    {
        let text = """
            local function down(depth, work)
                if depth > 0 then return down(depth - 1, work) + 0 end
                local sum = 0
                for i = 1, work do sum = sum + 1 end
                return sum
            end
            return down(150000, ...)
            """
        let limits = LuaLimits(memoryBytes: 256 << 20, runningTime: .seconds(10), slice: .milliseconds(4))
        #expect(try await run(text, [.integer(5_000_000)], limits: limits) == [5_000_000])
        let short = LuaLimits(
            memoryBytes: 256 << 20,
            runningTime: .milliseconds(300),
            slice: .milliseconds(4)
        )
        let error = await #expect(throws: LuaError.self) {
            try await run(text, [.integer(.max)], limits: short)
        }
        #expect(error?.code == .timeLimit)
    }

    @Test func `the message of a time limit names the limit`() async throws {
        let error = try #require(try await failure(of: "while true do end", limits: Self.short))
        #expect(error.description == "the script ran longer than its 0.1 seconds")
    }

    @Test func `a state that was ended stays ended`() async throws {
        let state = try LuaState(executor: LuaExecutor(), limits: Self.short)
        _ = try? await state.run(LuaSource(name: "a", text: "while true do end"))
        let error = await #expect(throws: LuaError.self) {
            try await state.run(LuaSource(name: "b", text: "return 1"))
        }
        #expect(error?.code == .timeLimit)
    }

    @Test func `other scripts on the thread go on while one loops`() async throws {
        let executor = try LuaExecutor()
        let looping = try LuaState(executor: executor, limits: LuaLimits(runningTime: .seconds(5)))
        let other = try LuaState(executor: executor)
        let hasFinished = Box(false)
        async let loop: Void = {
            let error = await #expect(throws: LuaError.self) {
                try await looping.run(LuaSource(name: "loop", text: "while true do end"))
            }
            #expect(error?.code == .cancelled)
            #expect(hasFinished.value)
        }()
        for _ in 1...20 { _ = try await other.run(LuaSource(name: "other", text: "return 1")) }
        hasFinished.update { $0 = true }
        looping.cancel()
        await loop
    }

    @Test(arguments: [
        "local s = 'x' while true do s = s .. s end",
        "local t = {} for i = 1, 1e9 do t[i] = {} end",
        "return string.rep('x', 1 << 30)",
        "local function f() return f() + 1 end f()",
        "coroutine.wrap(function() local s = 'x' while true do s = s .. s end end)()",
    ])
    func `a script that eats memory is stopped`(source: String) async throws {
        let error = try #require(try await failure(of: source, limits: LuaLimits(memoryBytes: 4 << 20)))
        #expect(error.code == .memoryLimit)
        #expect(error.message == "the script needs more than its 4194304 bytes of memory")
    }

    @Test func `a script that catches the lack of memory ends at its time`() async throws {
        let limits = LuaLimits(memoryBytes: 2 << 20, runningTime: .milliseconds(200))
        let error = try #require(
            try await failure(
                of: "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end",
                limits: limits
            )
        )
        #expect(error.code == .timeLimit)
    }

    @Test func `a dead coroutine at the memory limit is an error, not an abort`() async throws {
        let error = try await failure(
            of: """
                local co = coroutine.create(function() end)
                coroutine.resume(co)
                local t = {}
                pcall(function() for i = 1, 1e9 do t[i] = ('x'):rep(100) .. i end end)
                pcall(function() for i = 1, 1e9 do t[-i] = i end end)
                while true do coroutine.resume(co) end
                """,
            limits: LuaLimits(memoryBytes: 1 << 20, runningTime: .milliseconds(300))
        )
        #expect(error != nil)
    }

    @Test func `waiting is not running`() async throws {
        let gate = Gate()
        let wait = LuaHostFunction(
            "wait",
            waiting: { _ in
                gate.open()
                try await gate.wait()
                return []
            }
        )
        let source = "for i = 1, 2000 do wait() end return 'done'"
        #expect(
            try await run(source, limits: LuaLimits(runningTime: .seconds(20)), functions: [wait]) == ["done"]
        )
    }

    @Test func `a script that prints too much is stopped`() async throws {
        let error = try #require(
            try await failure(
                of: "while true do print(('x'):rep(1000)) end",
                limits: LuaLimits(outputBytes: 10_000)
            )
        )
        #expect(error.description == "test.lua:1: the script has printed too much")
    }

    @Test func `a source that is too long is refused`() async throws {
        let error = try #require(
            try await failure(of: String(repeating: " ", count: 200), limits: LuaLimits(sourceBytes: 100))
        )
        #expect(error.description == "the source of 'test.lua' has 200 bytes; 100 are allowed")
    }

    @Test(arguments: [
        "return " + String(repeating: "(", count: 100_000), "return " + String(repeating: "{", count: 300),
    ])
    func `a source that is nested too deeply is a syntax error`(source: String) async throws {
        let error = try #require(try await failure(of: source))
        #expect(error.code == .syntax)
        #expect(error.description.contains("overflow"))
    }

    @Test func `cancelling ends a wait with an error that the script can clean up after`() async throws {
        let lines = Box<[String]>([])
        let state = try LuaState(
            executor: LuaExecutor(),
            output: { line in lines.update { $0.append(line.lossyText) } }
        )
        let gate = Gate()
        let started = Gate()
        try await state.add(
            LuaHostFunction(
                "wait",
                waiting: { _ in
                    started.open()
                    try await gate.wait()
                    return []
                }
            )
        )
        let text = """
            local cleaned <close> = setmetatable({}, {__close = function() print('closed') end})
            local ok, e = pcall(wait)
            print(e.code)
            error(e)
            """
        let task = Task { try await state.run(LuaSource(name: "a", text: text)) }
        try await started.wait()
        task.cancel()
        let error = await #expect(throws: LuaError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(lines.value == ["cancelled", "closed"])
    }

    @Test func `cancelling ends a script that never waits, after its grace`() async throws {
        let state = try LuaState(
            executor: LuaExecutor(),
            limits: LuaLimits(runningTime: nil, grace: .milliseconds(20))
        )
        let started = Gate()
        try await state.add(LuaHostFunction("started") { () in started.open() })
        let task = Task {
            try await state.run(LuaSource(name: "a", text: "started() while true do pcall(error) end"))
        }
        try await started.wait()
        task.cancel()
        let error = await #expect(throws: LuaError.self) { try await task.value }
        #expect(error?.description == "the script was cancelled")
    }
}
