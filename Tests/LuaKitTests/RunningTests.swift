import LuaKit
import Testing

@Suite struct RunningTests {
    @Test func `a script returns values of every kind`() async throws {
        let values = try await run("return nil, true, 42, 1.5, 'text', {1, 2, name = 'x'}")
        #expect(
            values == [
                .nil, true, 42, 1.5, "text",
                .table(LuaTableValue(items: [1, 2], fields: ["name": "x"])),
            ]
        )
    }

    @Test func `a script gets its arguments`() async throws {
        let values = try await run("local a, b = ... return b, a", ["first", ["k": 1].record])
        #expect(values == [["k": 1].record, "first"])
    }

    @Test func `integers keep 64 bits and floats stay floats`() async throws {
        let values = try await run("return math.maxinteger, math.mininteger, 3.0, 2^53")
        #expect(values == [.integer(.max), .integer(.min), .number(3), .number(9_007_199_254_740_992)])
    }

    @Test func `NUL and invalid UTF-8 survive in both directions`() async throws {
        let odd = LuaValue.string(LuaBytes([0, 0xff, 0x41, 0]))
        #expect(
            try await run("local s = ... return s, #s, s .. '\\0\\xfe'", [odd]) == [
                odd, 4, .string(LuaBytes([0, 0xff, 0x41, 0, 0, 0xfe])),
            ]
        )
    }

    @Test func `a syntax error names the script and the line`() async throws {
        let error = try #require(try await failure(of: "local x = 1\nlocal y = = 2"))
        #expect(error.code == .syntax)
        #expect(error.description == "test.lua:2: unexpected symbol near '='")
        #expect(error.place == LuaError.Place(script: "test.lua", line: 2))
    }

    @Test func `a runtime error has a place and a traceback`() async throws {
        let error = try #require(
            try await failure(
                of: "local function inner() error('broken') end\nlocal function outer() inner() end\nouter()"
            )
        )
        #expect(error.code == .runtime)
        #expect(error.description == "test.lua:1: broken")
        #expect(
            error.traceback == [
                "[C]: in function 'error'",
                "test.lua:1: in upvalue 'inner'",
                "test.lua:2: in local 'outer'",
                "test.lua:3: in main chunk",
            ]
        )
    }

    @Test(arguments: [
        ("error({code = 'x', message = 'm'})", #"{code = "x", message = "m"}"#),
        ("error(setmetatable({}, {__tostring = function() return 'own text' end}))", "own text"),
        ("error(nil)", "nil"),
        ("error(true)", "true"),
        (
            "error(setmetatable({}, {__tostring = function() error('again') end}))",
            "an error value whose text cannot be made"
        ),
        ("error(('x'):rep(100000))", "test.lua:1: " + String(repeating: "x", count: 8180)),
    ])
    func `an error of any value becomes a text of bounded length`(source: String, text: String) async throws {
        let error = try #require(try await failure(of: source))
        #expect(error.description == text)
    }

    @Test func `an error that is a table keeps its fields`() async throws {
        let error = try #require(try await failure(of: "error({code = 'x', count = 2})"))
        #expect(error.value == ["code": "x", "count": 2].record)
    }

    @Test func `states do not see one another`() async throws {
        let executor = try LuaExecutor()
        let first = try LuaState(executor: executor)
        let second = try LuaState(executor: executor)
        _ = try await first.run(LuaSource(name: "a", text: "shared = 1 string.rep = nil"))
        #expect(
            try await second.run(LuaSource(name: "b", text: "return shared, type(string.rep)")) == [
                .nil, "function",
            ]
        )
    }

    @Test func `globals of one run are there in the next run of the state`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        _ = try await state.run(LuaSource(name: "a", text: "count = 1"))
        #expect(try await state.run(LuaSource(name: "b", text: "count = count + 1 return count")) == [2])
    }

    @Test func `nothing is left of a run that ended`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        let texts = [
            "return 1", "error('x')", "return function() end",
            "return {print, {print}, coroutine.create(print)}",
        ]
        for text in texts {
            _ = try? await state.run(LuaSource(name: "a", text: text))
        }
        #expect(await state.handleCount == 0)
    }

    @Test func `an endless recursion is a stack overflow with a place`() async throws {
        let limits = LuaLimits(memoryBytes: 256 << 20)
        let text = "local function f() return f() + 1 end\nf()"
        let error = try #require(try await failure(of: text, limits: limits))
        #expect(error.code == .runtime)
        #expect(error.description.hasPrefix("test.lua:1: stack overflow"))
    }

    @Test func `a value that contains itself is refused`() async throws {
        let error = try #require(try await failure(of: "local t = {} t.t = t return t"))
        #expect(error.code == .conversion)
        #expect(error.message.hasSuffix("nested too deeply; does the table contain itself?"))
    }

    @Test func `a value with too many elements is refused`() async throws {
        let error = try #require(
            try await failure(
                of: "local t = {} for i = 1, 200 do t[i] = i end return t",
                limits: LuaLimits(valueElements: 100)
            )
        )
        #expect(error.message == "result #1: [100]: the value has too many elements")
    }

    @Test func `a value that the host cannot hold is refused with its path`() async throws {
        let error = try #require(
            try await failure(of: "return {list = {1, {co = coroutine.create(print)}}}")
        )
        #expect(error.message == "result #1: list[2].co: a thread cannot be handed to the host")
    }
}

extension Dictionary<String, LuaValue> {
    var record: LuaValue { .record(self) }
}
