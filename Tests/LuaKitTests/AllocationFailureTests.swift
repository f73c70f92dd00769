import LuaKit
import Testing

/// Each step that wants memory is denied it once, at every allocation that it makes.
@Suite(.timeLimit(.minutes(10))) struct AllocationFailureTests {
    /// One use of a state, after its preparation.
    struct Use: Sendable, CustomTestStringConvertible {
        let name: String
        var seed: Int64?
        var prepare: @Sendable (isolated LuaState) async throws -> Void = { _ in }
        let body: @Sendable (isolated LuaState) async throws -> Void

        var testDescription: String { name }
    }

    private struct Point: Codable, Sendable, LuaParameter, LuaResult {
        var x: Int
        var names: [String]
        var parts: [String: Double]
    }

    private struct Failure: LuaErrorConvertible {
        let luaMessage = "it failed with a text that is longer than a short string of Lua's"
        var luaFields: [String: LuaValue] { ["message": .string(luaMessage), "list": .array([1, "two"])] }
    }

    private static let functions = [
        LuaHostFunction("echo", values: { $0 }),
        LuaHostFunction("fail", values: { _ in throw Failure() }),
        LuaHostFunction("point") { (point: Point) in point },
        LuaHostFunction("text") { (text: String, count: Int) in String(repeating: text, count: count) },
        LuaHostFunction("wait", waiting: { $0 }),
        LuaHostFunction("wait_and_fail", waiting: { _ in throw Failure() }),
    ]

    private static let value = LuaValue.table(
        LuaTableValue(
            items: [1, 2.5, true, .nil, .null, "a text", .array([.array([]), "nested"])],
            fields: ["key": .record(["deep": 1]), 7.5: "number", true: false]
        )
    )

    private static func run(_ text: String, _ arguments: [LuaValue] = []) -> Use {
        let name = text.split(separator: "\n").joined(separator: " ")
        return Use(name: name) { state in
            for function in functions { try state.add(function) }
        } body: { state in
            _ = try await state.run(LuaSource(name: "test.lua", text: text), arguments: arguments)
        }
    }

    private static let uses: [Use] = [
        Use(name: "add a function") { state in try state.add(functions[0]) },
        Use(name: "add a module") { state in
            try state.add(
                LuaModule("module", functions: functions, constants: ["list": value, "name": "text"])
            )
        },
        Use(name: "set a global") { state in try state.set("global", to: value) },
        run("return ...", [value, "text", 1, 2.5, true, .nil, .null]),
        run("return {1, {2, {3}}, key = 'text', [true] = 2.5}, 'text', function() end, {print, {error}}"),
        run("return echo(...)", [value, "text", .nil]),
        run("local f = function(...) return ... end return echo(f, f, {f, {f}})"),
        run("return point({x = 1, names = {'a', 'b'}, parts = {c = 2.5}}).names[2], text('long ', 20)"),
        run("return pcall(point, {x = 'no'})"),
        run("return wait(1, {2, 'three'}), pcall(wait_and_fail)"),
        run("error('a message')"),
        run("error({code = 'x', list = {1, 2}})"),
        run("error(setmetatable({}, {__tostring = function() return ('text'):rep(50) end}))"),
        run("fail()"),
        run("wait_and_fail()"),
        run("local ok, e = pcall(fail) return ok, e.message, e.list[2], tostring(e), e"),
        run("local x <close> = setmetatable({}, {__close = function() echo({}) end}) error({})"),
        run(
            """
            local co = coroutine.wrap(function(...) coroutine.yield(wait(...)) error('inner') end)
            co(1, {2}) return pcall(co)
            """
        ),
        run(
            """
            local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = error}) wait() coroutine.yield() end)
            coroutine.resume(co) return coroutine.close(co), coroutine.status(co)
            """
        ),
        run("print('text', {}, 1.5) return tostring(print), #tostring({})"),
        run(
            "return require('string').rep('x', 200), load('return 1 + 1')(), load('x x'), load(function() end)"
        ),
        run("return ('a b c'):gsub('%w', {a = 'long text'}), ('%5.2f|%q|%s'):format(1, 'a\\n', {})"),
        run(
            "local t = {} for i = 1, 40 do t[i] = i t['k' .. i] = i end table.sort(t) return table.concat(t, ', ')"
        ),
        run("local function f(n) return n > 0 and f(n - 1) + 1 or 0 end return f(100)"),
        run("return xpcall(fail, function(e) return {tostring(e)} end)"),
        run("this is no Lua"),
        Use(name: "module members") { state in
            try state.add(LuaModule("module", functions: functions, constants: ["list": value]))
        } body: { state in
            let text = "for k, v in pairs(module) do echo(k) end echo(tostring(module)) return module.missing"
            _ = try await state.run(LuaSource(name: "test.lua", text: text))
        },
        Use(name: "call functions") { state in
            for function in functions { try state.add(function) }
        } body: { state in
            let text = "return function(f, ...) return f, wait(...) end, function() error({}) end"
            let values = try await state.run(LuaSource(name: "test.lua", text: text))
            guard case .function(let first) = values[0], case .function(let second) = values[1] else {
                return
            }
            _ = try await state.call(first, [.function(second), value, "text"])
            _ = try await state.call(second)
        },
        Use(name: "objects") { state in
            try state.add(LuaHostFunction("counter") { () in Counter(1) })
            try state.add(LuaHostFunction("blob") { () in Blob(1000) })
        } body: { state in
            let text = """
                local c <close> = counter()
                c:add(2) c.step = 3 c:reset() c:wait("x") c:pause()
                local ok, e = pcall(c.add, c, "x")
                local b <close> = blob()
                b:grow(2000)
                return c:this() == c, c.total, tostring(c), tostring(e), pcall(function() return c.missing end)
                """
            _ = try await state.run(LuaSource(name: "test.lua", text: text))
            _ = try await state.run(LuaSource(name: "test.lua", text: "return counter(), {blob(), blob()}"))
        },
        Use(name: "tables") { state in
            let table = try state.makeTable(LuaTableValue(items: [1, "two"], fields: ["key": value]))
            try await table.set("new", to: value)
            _ = try await (table.get("new"), table.length(), table.next(), table.copy())
            _ = try state.table(named: "string")
            _ = try await state.run(
                LuaSource(name: "test.lua", text: "return ..."),
                arguments: [.table(try await table.copy())]
            )
        },
        Use(name: "tables in order", seed: 1) { state in
            let text = """
                local t = {1, 2, z = 1, y = 2, [false] = 3, [0.5] = 4, [print] = 5}
                for i = 1, 20 do t['key' .. i] = i end
                for k in pairs(t) do for j in next, t do assert(next(t)) end end
                return math.random(10), coroutine.wrap(function() return next(t, 'y') end)()
                """
            _ = try await state.run(LuaSource(name: "test.lua", text: text), randomStream: 1)
        },
        Use(name: "a call that may be cancelled") { state in
            try state.add(functions[4])
        } body: { state in
            let values = try await state.run(LuaSource(name: "test.lua", text: "return wait"))
            guard case .function(let function) = values.first else { return }
            _ = try await state.call(function, [value], cancellation: .ofCall)
        },
        Use(name: "modules of the host") { state in
            try state.setModuleResolver { name in
                name == "none" ? nil : LuaSource(name: name, text: "return {name = ...}")
            }
        } body: { state in
            let text = "return require('a').name, require('b.c').name, require('a'), pcall(require, 'none')"
            _ = try await state.run(LuaSource(name: "test.lua", text: text))
        },
    ]

    /// Lua tries each allocation twice, buffers once: one failure is for these, two are for Lua; and then all that follow.
    @Test(arguments: uses, [1, 2, Int(Int32.max)])
    func `a use that is denied memory fails, and harms nothing else`(use: Use, count: Int) async throws {
        let executor = try LuaExecutor()
        let other = try LuaState(executor: executor)
        for first in 1...100_000 {
            let failed = try await attempt(use, on: executor, failingFrom: first, count: count)
            #expect(try await other.run(LuaSource(name: "other.lua", text: "return {1}")) == [.array([1])])
            if failed == 0 { return }
        }
        Issue.record("every allocation was denied")
    }

    /// Answers how many allocations failed.
    private func attempt(_ use: Use, on executor: LuaExecutor, failingFrom first: Int, count: Int)
        async throws -> Int
    {
        let limits = LuaLimits(runningTime: .seconds(20))
        let state = try LuaState(executor: executor, limits: limits, seed: use.seed)
        try await use.prepare(state)
        let handles = await state.handleCount
        let failed = await attempt(use, in: state, failingFrom: first, count: count)
        #expect(await state.handleCount == handles)
        do {
            #expect(try await state.run(LuaSource(name: "after.lua", text: "return 1")) == [1])
        } catch {
            #expect(error.code == .memoryLimit)
        }
        return failed
    }

    private func attempt(_ use: Use, in state: isolated LuaState, failingFrom first: Int, count: Int) async
        -> Int
    {
        state.failAllocations(from: first, count: count)
        do {
            try await use.body(state)
        } catch {
            #expect(error is LuaError, "\(error)")
        }
        return state.endFailures()
    }

    /// An error that says when it is released, by the object that it carries.
    private struct CarryingFailure: Error {
        let object: Counter
    }

    @Test(arguments: [1, 2, Int(Int32.max)])
    func `what a use that is denied memory has made is released`(count: Int) async throws {
        let executor = try LuaExecutor()
        let other = try LuaState(executor: executor)
        let made = Box(0)
        let events = Box<[String]>([])
        let make: @Sendable () -> Counter = {
            made.update { $0 += 1 }
            return Counter(events: events)
        }
        let use = Use(name: "objects and errors") { state in
            try state.add(LuaHostFunction("counter") { () in make() })
            try state.add(LuaHostFunction("fail") { () throws in throw CarryingFailure(object: make()) })
        } body: { state in
            let text = "for i = 1, 3 do pcall(fail) end return counter(), {counter(), {counter()}}, fail()"
            _ = try await state.run(LuaSource(name: "test.lua", text: text))
        }
        for first in 1...100_000 {
            let failed = try await attempt(use, on: executor, failingFrom: first, count: count)
            // The state is closed on its thread: what runs there afterwards finds it gone.
            _ = await other.memoryUsed
            #expect(events.value.filter { $0 == "released" }.count == made.value)
            if failed == 0 { return }
        }
    }

    @Test(arguments: [1, 2, Int(Int32.max)], [nil, 7])
    func `a state that is denied memory is not made`(count: Int, seed: Int64?) async throws {
        let executor = try LuaExecutor()
        for first in 1...100_000 {
            let (state, failed) = make(on: executor, seed: seed, failingFrom: first, count: count)
            if failed == 0 {
                #expect(try await state?.run(LuaSource(name: "test.lua", text: "return 1")) == [1])
                return
            }
        }
        Issue.record("every allocation was denied")
    }

    private func make(on executor: LuaExecutor, seed: Int64?, failingFrom first: Int, count: Int) -> (
        LuaState?, Int
    ) {
        LuaState.failAllocations(from: first, count: count)
        do throws(LuaError) {
            let state = try LuaState(executor: executor, seed: seed)
            return (state, LuaState.endFailures())
        } catch {
            let failed = LuaState.endFailures()
            #expect(error.description == "there is not enough memory for a Lua state")
            return (nil, failed)
        }
    }
}
