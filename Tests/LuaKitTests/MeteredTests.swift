import LuaKit
import Testing

/// The limit of instructions.
@Suite(.timeLimit(.minutes(5 * patience))) struct MeteredTests {
    /// Long enough that nothing but the instructions can end a script here.
    private static let limits = LuaLimits(
        runningTime: .seconds(50),
        instructions: 200_000,
        slice: .milliseconds(4)
    )

    private static let attacks = [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "xpcall(function() while true do end end, function() while true do end end)",
        "local x <close> = setmetatable({}, {__close = function() while true do end end}) while true do end",
        """
        coroutine.wrap(function()
            local x <close> = setmetatable({}, {__close = function() while true do end end})
            while true do end
        end)()
        """,
        "local co = coroutine.create(function() while true do end end) while true do coroutine.resume(co) end",
        "while true do coroutine.resume(coroutine.create(function() end)) end",
        "while true do coroutine.wrap(function() coroutine.wrap(function() for i = 1, 90 do end end)() end)() end",
        "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
        "while true do load(function() while true do end end) end",
        "while true do load('for i = 1, 10 do end')() end",
        "table.sort({3, 2, 1}, function() while true do pcall(function() while true do end end) end end)",
        "table.sort({2, 1}, function() return coroutine.wrap(function() while true do end end)() end)",
        "string.gsub('x', 'x', function() while true do end end)",
        "string.gsub(('x'):rep(1e6), 'x', function() pcall(error) end)",
        "local t = setmetatable({}, {__index = function(t, k) while true do end end}) return t.x",
        "local function nest() return coroutine.wrap(nest)() end while true do pcall(nest) end",
        "while true do for i = 1, 10 do local a <close> = setmetatable({}, {__close = function() pcall(error) end}) end end",
        "goto again ::again:: goto again",
    ]

    /// Runs a text until its instructions are used up, and answers what it counted until then.
    private func count(_ text: String, limits: LuaLimits = limits) async throws -> (
        ticks: Int, instructions: Int
    ) {
        let ticks = Box(0)
        let state = try LuaState(executor: LuaExecutor(), limits: limits)
        try await state.add(LuaHostFunction("tick") { () in ticks.update { $0 += 1 } })
        let error = await #expect(throws: LuaError.self) {
            try await state.run(LuaSource(name: "test.lua", text: text))
        }
        #expect(error?.code == .instructionLimit, "\(String(describing: error))")
        #expect(error?.message == "the script ran more than its \(limits.instructions ?? 0) instructions")
        let again = await #expect(throws: LuaError.self) {
            try await state.run(LuaSource(name: "test.lua", text: "return 1"))
        }
        #expect(again?.code == .instructionLimit)
        return (ticks.value, await state.instructionsRun)
    }

    @Test(arguments: attacks) func `nothing catches the end of the instructions`(source: String) async throws
    {
        #expect(try await count(source).instructions == 200_000)
    }

    @Test(arguments: [
        "while true do tick() end",
        "while true do pcall(function() tick() error('x') end) end",
        "local co = coroutine.wrap(function() while true do tick() coroutine.yield() end end) while true do co() end",
        "while true do coroutine.wrap(tick)() end",
        "while true do table.sort({5, 4, 3, 2, 1}, function(a, b) tick() return a < b end) end",
        "while true do ('abc'):gsub('%w', function() tick() end) end",
    ])
    func `a script ends at the same instruction each time`(source: String) async throws {
        let first = try await count(source)
        #expect(first.ticks > 0)
        for _ in 1...3 {
            let next = try await count(source)
            #expect(next.ticks == first.ticks)
        }
        // Other time slices are cut at other instructions.
        var limits = Self.limits
        limits.slice = .seconds(1)
        #expect(try await count(source, limits: limits).ticks == first.ticks)
    }

    @Test func `the instructions of a loop are counted`() async throws {
        let state = try LuaState(executor: LuaExecutor(), limits: Self.limits)
        let text = "for i = 1, 10000 do end"
        #expect(try await state.run(LuaSource(name: "a", text: text)) == [])
        #expect((10_000...10_200).contains(await state.instructionsRun))
        let free = try LuaState(executor: LuaExecutor())
        #expect(try await free.run(LuaSource(name: "a", text: text)) == [])
        #expect(await free.instructionsRun == 0)
    }

    @Test func `the limit is of the whole state`() async throws {
        let state = try LuaState(executor: LuaExecutor(), limits: Self.limits)
        var ended: LuaError?
        for _ in 1...100 where ended == nil {
            do {
                _ = try await state.run(LuaSource(name: "a", text: "for i = 1, 10000 do end"))
            } catch {
                ended = error
            }
        }
        #expect(ended?.code == .instructionLimit)
        #expect(await state.instructionsRun == 200_000)
    }

    @Test func `waits and the limit of time work in a metered state`() async throws {
        let wait = LuaHostFunction(
            "wait",
            waiting: {
                await Task.yield(); return $0
            }
        )
        let values = try await run(
            "return coroutine.wrap(function() return select(2, pcall(wait, 7)) end)()",
            limits: Self.limits,
            functions: [wait]
        )
        #expect(values == [7])
        let limits = LuaLimits(runningTime: .milliseconds(60), instructions: .max, slice: .milliseconds(4))
        for source in Self.attacks where !source.contains("1e6") && !source.contains("nest") {
            let error = try #require(try await failure(of: source, limits: limits))
            #expect(error.code == .timeLimit, "\(source): \(error)")
        }
    }

    @Test func `no instructions are none`() async throws {
        let error = try #require(try await failure(of: "return 1", limits: LuaLimits(instructions: 0)))
        #expect(error.code == .instructionLimit)
        #expect(try await run("return 1", limits: LuaLimits(instructions: 1)) == [1])
    }
}
