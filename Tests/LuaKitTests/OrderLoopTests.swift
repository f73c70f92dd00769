import LuaKit
import Testing

/// Loops in deterministic states that Lua's own manual speaks of, and what they cost.
@Suite(.timeLimit(.minutes(5 * patience))) struct OrderLoopTests {
    private func run(_ text: String, _ arguments: [LuaValue] = [], limits: LuaLimits = LuaLimits())
        async throws
        -> [LuaValue]
    {
        let state = try LuaState(executor: LuaExecutor(), limits: limits, seed: 1)
        return try await state.run(LuaSource(name: "test.lua", text: text), arguments: arguments)
    }

    private func failure(of text: String, limits: LuaLimits = LuaLimits()) async -> LuaError? {
        await #expect(throws: LuaError.self) { try await run(text, limits: limits) }
    }

    @Test(arguments: [
        ("next({}, 1)", "invalid key to 'next'"),
        ("next({a = 1}, 'b')", "invalid key to 'next'"),
        ("next({1, 2}, 0/0)", "invalid key to 'next'"),
        ("next()", "bad argument #1 to 'next' (table expected, got no value)"),
        ("next(3)", "bad argument #1 to 'next' (table expected, got number)"),
        ("pairs()", "bad argument #1 to 'pairs' (value expected)"),
        ("for k in pairs(nil) do end", "bad argument #1 to 'for iterator' (table expected, got nil)"),
        ("pairs(setmetatable({}, {__pairs = 3}))", "attempt to call a number value"),
    ])
    func `what is wrong fails as in Lua`(text: String, message: String) async throws {
        #expect(await failure(of: text)?.message == message)
    }

    @Test func `a metamethod decides what pairs answers, and may wait`() async throws {
        let state = try LuaState(executor: LuaExecutor(), seed: 1)
        try await state.add(LuaHostFunction("wait", waiting: { $0 }))
        let text = """
            local t = setmetatable({}, {__pairs = function(t) wait() return 1, 2, 3, 4 end, __index = error})
            local a, b, c, d = pairs(t)
            return a, b, c, d, next(t), select('#', pairs({}))
            """
        #expect(try await state.run(LuaSource(name: "a", text: text)) == [1, 2, 3, .nil, .nil, 3])
    }

    @Test func `a loop may wait in its body`() async throws {
        let state = try LuaState(executor: LuaExecutor(), seed: 1)
        try await state.add(LuaHostFunction("wait", waiting: { $0 }))
        let text =
            "local s = '' for k, v in pairs({c = 1, a = 2, b = 3}) do s = s .. wait(k) .. v end return s"
        #expect(try await state.run(LuaSource(name: "a", text: text)) == ["a2b3c1"])
    }

    @Test func `assigning new fields in a loop is safe`() async throws {
        let text = """
            local t = {}
            for i = 1, 500 do t[i % 3 == 0 and i or 'k' .. i] = i end
            local steps = 0
            for k in pairs(t) do steps = steps + 1 t[steps] = 1 t['new' .. steps] = {} t[k] = nil end
            for k in next, t do steps = steps + 1 t[k .. 'x'] = steps < 5000 and 1 or nil end
            return steps > 500
            """
        #expect(try await run(text) == [true])
    }

    @Test func `loops by hand are not quadratic`() async throws {
        let text = """
            local t, other = {}, {}
            for i = 1, 30000 do t['k' .. i] = i other[i * 2] = i end
            local count = 0
            for k in next, t do
                count = count + 1
                assert(next(t) and next({a = 1}) and next(other, 2) == 4)
                if count == 300 then break end
            end
            local k, j = next(t), next(other)
            while k do k, j = next(t, k), next(other, j) count = count + 1 end
            return count
            """
        let limits = LuaLimits(runningTime: .seconds(10 * patience))
        #expect(try await run(text, limits: limits) == [30_300])
    }

    @Test func `asking whether a long list is empty takes no time`() async throws {
        let text = """
            local t = {}
            for i = 1, 200000 do t[i] = i end
            for i = 1, 200000 do if next(t) == nil then return end end
            return 'done'
            """
        #expect(try await run(text, limits: LuaLimits(runningTime: .seconds(5 * patience))) == ["done"])
    }

    @Test(arguments: [
        "local t = {} for i = 1, 60000 do t['k' .. i] = i end while true do for k in pairs(t) do break end end",
        "local t = {} for i = 1, 60000 do t['k' .. i] = i end while true do pcall(next, t) end",
        "local t = {} for i = 1, 60000 do t['k' .. i] = i end while true do pcall(next, t, 'k7') end",
        "local t = {} for i = 1, 200 do t[('x'):rep(40000) .. i] = 1 end while true do for k in pairs(t) do break end end",
    ])
    func `putting keys in order ends at the time limit`(text: String) async throws {
        let state = try LuaState(executor: LuaExecutor(), limits: attackLimits, seed: 1)
        let error = await #expect(throws: LuaError.self) {
            try await state.run(LuaSource(name: "a", text: text))
        }
        #expect(error?.code == .timeLimit, "\(String(describing: error))")
        #expect(await state.runningTime <= .milliseconds(480 * patience))
    }

    @Test func `putting keys in order needs no memory beyond the limit`() async throws {
        let text = """
            local t = {}
            for i = 1, 30000 do t[i * 2] = i end
            for k in pairs(t) do end
            """
        let error = await failure(of: text, limits: LuaLimits(memoryBytes: 2 << 20))
        #expect(error?.code == .memoryLimit)
    }
}
