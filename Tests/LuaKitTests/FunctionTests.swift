import LuaKit
import Testing

/// What a function takes as its options table.
private struct Options: Decodable, LuaParameter {
    var timeout: Int?
    var tags: [String]
}

private struct Point: Codable, Equatable, LuaResult {
    var x: Double
    var y: Double
    var label: String?
}

private struct Failure: LuaErrorConvertible, Equatable {
    var number: Int
    var luaMessage: String { "failure \(number)" }
    var luaFields: [String: LuaValue] {
        ["message": .string(luaMessage), "code": "E", "number": .integer(Int64(number))]
    }
}

@Suite struct FunctionTests {
    private let add = LuaHostFunction("add") { (a: Int, b: Int) in a + b }

    @Test func `a typed function takes and answers values`() async throws {
        let functions = [
            add,
            LuaHostFunction("greet") { (name: String, shout: Bool?) in
                shout == true ? "HELLO \(name)" : "hello \(name)"
            },
            LuaHostFunction("middle") { (a: Double, b: Double) in Point(x: (a + b) / 2, y: 0) },
            LuaHostFunction("nothing") { () in },
        ]
        let values = try await run(
            "return add(1, 2), greet('x'), greet('x', true), middle(1, 2).x, select('#', nothing())",
            functions: functions
        )
        #expect(values == [3, "hello x", "HELLO x", 1.5, 0])
    }

    @Test(arguments: [
        ("add(1)", "bad argument #2 to 'add': integer expected, got nil"),
        ("add('x', 1)", "bad argument #1 to 'add': integer expected, got string"),
        ("add(1.5, 1)", "bad argument #1 to 'add': integer expected, got number"),
        ("add({}, 1)", "bad argument #1 to 'add': integer expected, got table"),
        (
            "take({timeout = 'soon', tags = {}})",
            "bad argument #1 to 'take': timeout: integer expected, got string"
        ),
        ("take({tags = {'a', 2}})", "bad argument #1 to 'take': tags[2]: string expected, got integer"),
        ("take({})", "bad argument #1 to 'take': tags: list expected, got nil"),
        ("take(nil)", "bad argument #1 to 'take': table with names expected, got nil"),
    ])
    func `a wrong argument is named with its function and position`(call: String, message: String)
        async throws
    {
        let take = LuaHostFunction("take") { (options: Options) in options.tags.count }
        let error = try #require(try await failure(of: "\n" + call, functions: [add, take]))
        #expect(error.code == .hostFunction)
        #expect(error.description == "test.lua:2: \(message)")
    }

    @Test func `a value that cannot cross is a wrong argument of its function`() async throws {
        let module = LuaModule("tool", functions: [LuaHostFunction("take", values: { $0 })])
        let wait = LuaHostFunction("wait", waiting: { $0 })
        for (call, name) in [("tool.take", "tool.take"), ("wait", "wait")] {
            let source = "local t = {} t.t = t \(call)(1, t)"
            let error = try #require(try await failure(of: source, functions: [wait], modules: [module]))
            #expect(error.description.hasPrefix("test.lua:1: bad argument #2 to '\(name)': t.t."))
            #expect(error.description.hasSuffix(": nested too deeply; does the table contain itself?"))
        }
    }

    @Test func `a thrown error is a value with fields for the script`() async throws {
        let fail = LuaHostFunction("fail") { (number: Int) throws -> Int in throw Failure(number: number) }
        let values = try await run(
            "local ok, e = pcall(fail, 7) return ok, e.code, e.number, e.nothing, tostring(e), type(e)",
            functions: [fail]
        )
        #expect(values == [false, "E", 7, .nil, "failure 7", "userdata"])
    }

    @Test func `a thrown error keeps its Swift error through rethrows`() async throws {
        let fail = LuaHostFunction("fail") { () throws -> Int in throw Failure(number: 9) }
        let error = try #require(
            try await failure(
                of: """
                    local ok, e = pcall(function() local ok, e = pcall(fail) error(e) end)
                    local ok, e = xpcall(function() error(e) end, function(m) return m end)
                    error(e)
                    """,
                functions: [fail]
            )
        )
        #expect(error.cause as? Failure == Failure(number: 9))
    }

    @Test func `an error value cannot be changed or taken apart`() async throws {
        let fail = LuaHostFunction("fail") { () throws -> Int in throw Failure(number: 1) }
        let values = try await run(
            """
            local _, e = pcall(fail)
            return getmetatable(e), (pcall(function() e.code = 'y' end)), (pcall(setmetatable, e, {})), e.code
            """,
            functions: [fail]
        )
        #expect(values == [false, false, false, "E"])
    }

    @Test func `a function that waits looks like any other call`() async throws {
        let gate = Gate()
        let wait = LuaHostFunction(
            "wait",
            waiting: { arguments in
                gate.open()
                try await gate.wait()
                return arguments + ["done"]
            }
        )
        let values = try await run(
            """
            local results = {}
            results.direct = select(2, wait(1))
            results.protected = select(3, pcall(wait, 2))
            results.handled = select(3, xpcall(wait, print, 3))
            local co = coroutine.wrap(function() local _, d = wait(4) coroutine.yield(d) return 'end' end)
            results.coroutine = co() .. co()
            local nested = coroutine.wrap(function() return coroutine.wrap(function() return select(2, wait(5)) end)() end)
            results.nested = nested()
            for _, d in function(_, previous) if not previous then return 6, select(2, wait(6)) end end do results.iterator = d end
            results.metamethod = setmetatable({}, {__index = function(_, k) return select(2, wait(k)) end}).key
            do local closed <close> = setmetatable({}, {__close = function() results.close = select(2, wait(7)) end}) end
            return results
            """,
            functions: [wait]
        )
        let expected: [String: LuaValue] = [
            "direct": "done", "protected": "done", "handled": "done", "coroutine": "doneend",
            "nested": "done",
            "iterator": "done", "metamethod": "done", "close": "done",
        ]
        #expect(values == [expected.record])
    }

    @Test(arguments: [
        (
            "table.sort({2, 1}, function(a, b) wait() return a < b end)",
            "'wait' waits, and nothing can wait inside 'sort'"
        ),
        ("string.gsub('x', 'x', function() wait() end)", "'wait' waits, and nothing can wait inside 'gsub'"),
        (
            "table.sort({2, 1}, function(a, b) return coroutine.wrap(function() wait() return true end)() end)",
            "a waiting call was made inside a C function that cannot wait"
        ),
    ])
    func `where Lua cannot wait the error says so`(source: String, message: String) async throws {
        let wait = LuaHostFunction("wait", waiting: { _ in [] })
        let error = try #require(try await failure(of: source, functions: [wait]))
        #expect(error.description.hasSuffix(message))
    }

    @Test func `a waiting function that throws raises in the script`() async throws {
        let fail = LuaHostFunction("fail", waiting: { _ in throw Failure(number: 3) })
        #expect(
            try await run("local ok, e = pcall(fail) return ok, e.number", functions: [fail]) == [false, 3]
        )
        let error = try #require(try await failure(of: "\n\nfail()", functions: [fail]))
        #expect(error.description == "test.lua:3: failure 3")
    }

    @Test func `a script's function can be called from a host function that waits`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        try await state.add(
            LuaHostFunction(
                "each",
                waiting: { arguments in
                    guard case .function(let function) = arguments[1] else { return [] }
                    var results: [LuaValue] = []
                    for item in 1...3 { results += try await state.call(function, [.integer(Int64(item))]) }
                    return [.array(results)]
                }
            )
        )
        let values = try await state.run(
            LuaSource(name: "a", text: "return each('x', function(n) return n * 2 end)")
        )
        #expect(values == [.array([2, 4, 6])])
        #expect(await state.handleCount == 0)
    }

    @Test func `the last parameter takes the rest, and results can be several`() async throws {
        let functions = [
            LuaHostFunction("sum") { (first: Int, rest: LuaRest<Int>) in rest.elements.reduce(first, +) },
            LuaHostFunction("divide") { (a: Int, b: Int) in LuaMultiple(a / b, a % b, "done") },
        ]
        let values = try await run("return sum(1), sum(1, 2, 3), divide(17, 5)", functions: functions)
        #expect(values == [1, 6, 3, 2, "done"])
        let error = try #require(try await failure(of: "sum(1, 2, 'x')", functions: functions))
        #expect(error.description == "test.lua:1: bad argument #3 to 'sum': integer expected, got string")
    }

    @Test func `a waiting function has typed parameters and results`() async throws {
        let functions = [
            LuaHostFunction(
                "later",
                waiting: { (text: String, count: Int?) async throws -> String in
                    await Task.yield()
                    return String(repeating: text, count: count ?? 1)
                }
            ),
            LuaHostFunction("half", waiting: { (number: Double) async throws -> Double in number / 2 }),
            LuaHostFunction("both", waiting: { () async throws in LuaMultiple(true, [1, 2]) }),
            LuaHostFunction("pause", waiting: { () async throws in await Task.yield() }),
        ]
        let values = try await run(
            "return later('ab', 2), later('x'), half(3), select('#', pause()), both()",
            functions: functions
        )
        #expect(values == ["abab", "x", 1.5, 0, true, .array([1, 2])])
        let error = try #require(try await failure(of: "later(nil)", functions: functions))
        #expect(error.description == "test.lua:1: bad argument #1 to 'later': string expected, got nil")
    }

    @Test func `a function of another state is refused`() async throws {
        let executor = try LuaExecutor()
        let first = try LuaState(executor: executor)
        let second = try LuaState(executor: executor)
        let values = try await first.run(LuaSource(name: "a", text: "return function() end"))
        guard case .function(let function) = values[0] else { throw LuaConversionError("no function") }
        await #expect(throws: LuaError.self) { try await second.call(function) }
        await #expect(throws: LuaError.self) { try await second.set("f", to: .function(function)) }
    }

    @Test func `a module is read-only and names what it does not have`() async throws {
        let module = LuaModule("tool", functions: [add], constants: ["version": 2]) { "no '\($0)' in tool" }
        let values = try await run(
            """
            local names = {}
            for name in pairs(tool) do names[#names + 1] = name end
            table.sort(names)
            return tool.add(1, 2), tool.version, require('tool') == tool, table.concat(names, ','),
                (pcall(function() tool.add = nil end)), getmetatable(tool), tostring(tool)
            """,
            modules: [module]
        )
        #expect(values == [3, 2, true, "add,version", false, false, "module 'tool'"])
        let error = try #require(try await failure(of: "tool.sub(1)", modules: [module]))
        #expect(error.description == "test.lua:1: no 'sub' in tool")
    }
}

@Suite struct CodingTests {
    @Test func `a record goes to Lua and back`() throws {
        let point = Point(x: 1, y: 2.5, label: "p")
        let value = try LuaEncoder.encode([point])
        #expect(value == .array([["x": 1.0, "y": 2.5, "label": "p"].record]))
        #expect(try LuaDecoder.decode([Point].self, from: value) == [point])
    }

    @Test(arguments: [
        (LuaValue.array([["x": 1, "y": "no"].record]), "[1].y: number expected, got string"),
        (.array([1]), "[1]: table with names expected, got integer"),
        (["x": 1].record, "list expected, got table"),
    ])
    func `a value of the wrong shape is named with its path`(value: LuaValue, message: String) throws {
        let error = #expect(throws: LuaConversionError.self) {
            try LuaDecoder.decode([Point].self, from: value)
        }
        #expect(error?.description == message)
    }

    @Test func `an empty table is a list or a record as the type asks`() throws {
        let empty = LuaValue.table(LuaTableValue())
        #expect(try LuaDecoder.decode([Int].self, from: empty).isEmpty)
        #expect(try LuaDecoder.decode([String: Int].self, from: empty).isEmpty)
    }

    @Test func `integers are not rounded or cut`() throws {
        #expect(try LuaDecoder.decode(UInt8.self, from: .number(200)) == 200)
        #expect(throws: LuaConversionError.self) { try LuaDecoder.decode(UInt8.self, from: 300) }
        #expect(throws: LuaConversionError.self) { try LuaDecoder.decode(Int.self, from: 1.5) }
        #expect(throws: LuaConversionError.self) { try LuaEncoder.encode(UInt64.max) }
    }
}
