import LuaKit
import Testing

@Suite struct ObjectTests {
    @Test func `a script uses the methods and properties of an object`() async throws {
        let values = try await run(
            """
            local c = counter(2)
            local sum = c:add(3)
            c.step = 7
            local waited = c:wait('total')
            c:pause()
            local before = c.total
            c:reset()
            return sum, before, c.total, c.step, waited, total(c), type(c), tostring(c)
            """,
            functions: objectFunctions
        )
        #expect(values == [5, 5, 0, 7, "total 5", 0, "userdata", "Counter: 1"])
    }

    @Test func `an object comes back as the same instance`() async throws {
        let counter = Counter(1)
        let other = Counter(1)
        let state = try LuaState(executor: LuaExecutor())
        try await state.set("a", to: .object(counter))
        try await state.set("b", to: .array([.object(counter), .object(other)]))
        let source = "local c = ... return a, a == b[1], a == b[2], c == a, a:this() == a, {a}"
        let values = try await state.run(
            LuaSource(name: "a", text: source),
            arguments: [.object(counter)]
        )
        #expect(values == [.object(counter), true, false, true, true, .array([.object(counter)])])
        guard case .object(let object) = values[0] else { throw LuaConversionError("no object") }
        #expect(object.object === counter)
        #expect(object.typeName == "Counter")
    }

    @Test(arguments: [
        ("counter().add({}, 1)", "bad argument #1 to 'Counter.add': Counter expected, got table"),
        ("counter().add(blob(1), 1)", "bad argument #1 to 'Counter.add': Counter expected, got Blob"),
        ("counter().add()", "bad argument #1 to 'Counter.add': Counter expected, got nil"),
        ("counter().wait()", "bad argument #1 to 'Counter.wait': Counter expected, got nil"),
        ("counter():add('x')", "bad argument #2 to 'Counter.add': integer expected, got string"),
        ("counter():wait({})", "bad argument #2 to 'Counter.wait': string expected, got table"),
        ("total(1)", "bad argument #1 to 'total': Counter expected, got number"),
        ("local x = counter().nothing", "Counter has no member 'nothing'"),
        ("counter():nothing()", "Counter has no member 'nothing'"),
        ("counter().nothing = 1", "Counter has no member 'nothing'"),
        ("local x = counter()[1]", "Counter has no member of the type number"),
        (
            "local x = counter()[('x'):rep(100)]",
            "Counter has no member '\(String(repeating: "x", count: 64))'"
        ),
        ("counter().total = 1", "Counter.total is read-only and cannot be set"),
        ("counter().add = 1", "Counter.add is a method and cannot be set"),
        ("counter().step = 'x'", "Counter.step: integer expected, got string"),
        ("counter().step = 0", "a step is positive"),
        ("local x = counter() + 1", "attempt to perform arithmetic on a Counter value"),
        ("counter()()", "attempt to call a Counter value"),
        (
            "for k in pairs(counter()) do end",
            "bad argument #1 to 'for iterator' (table expected, got Counter)"
        ),
        ("return {[counter()] = 1}", "result #1: only strings, numbers and booleans can be keys"),
    ])
    func `a misuse is named`(source: String, message: String) async throws {
        let error = try #require(try await failure(of: source, functions: objectFunctions))
        #expect(error.message == message)
        #expect(error.place?.line == (error.code == .conversion ? nil : 1))
    }

    @Test func `a script can neither take an object apart nor make one`() async throws {
        let values = try await run(
            """
            local c = counter()
            local results = {getmetatable(c), (pcall(setmetatable, c, {})), (pcall(rawset, c, 'total', 1)),
                (pcall(rawget, c, 'add')), (pcall(next, c)), (pcall(function() return #c end)),
                (pcall(function() return c.__gc end)), (pcall(function() return c.__index end)),
                (pcall(function() c.__gc = 1 end)), (pcall(string.dump or error, c)),
                (pcall(c.add, json, 1)), rawequal(c, c:this())}
            return results
            """,
            functions: objectFunctions
        )
        let no = LuaValue.boolean(false)
        #expect(values == [.array(Array(repeating: no, count: 11) + [true])])
    }

    @Test func `an object with a text of its own shows it`() async throws {
        let make = LuaHostFunction("named") { (name: String) in Named(name) }
        let values = try await run(
            "local n = named('x') return tostring(n), ('%s|'):format(n), n == n, type(n)",
            functions: [make]
        )
        #expect(values == ["<x>", "<x>|", true, "userdata"])
        #expect(AnyLuaObject(Named("y")).text == "<y>")
        #expect(AnyLuaObject(Counter()).text == "Counter")
    }

    @Test func `an object that is gone shows its type`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        let object = Named("x")
        try await state.set("n", to: .object(object))
        await state.invalidate(object)
        #expect(try await state.run(LuaSource(name: "a", text: "return tostring(n)")) == ["Named"])
    }

    @Test func `an object is released when no script can reach it`() async throws {
        let events = Box<[String]>([])
        let make = LuaHostFunction("make") { () in Counter(events: events) }
        let state = try LuaState(executor: LuaExecutor())
        try await state.add(make)
        let text = "for i = 1, 20000 do local c = make() c:add(1) end kept = make()"
        _ = try await state.run(LuaSource(name: "a", text: text))
        #expect(events.value.count > 10000)
        #expect(await state.objectCount + events.value.count == 20001)
    }

    @Test func `an object that is handed over again while Lua collects it stays`() async throws {
        let counter = Counter()
        let same = LuaHostFunction("same") { () in counter }
        let source = "for i = 1, 50000 do same():add(1) local t = {} end return same().total"
        #expect(try await run(source, functions: [same]) == [50000])
    }

    @Test func `an object stays when Lua collects it in the middle of handing it over`() async throws {
        let counter = Counter()
        let text = LuaValue.string(String(repeating: "x", count: 300_000))
        let make = LuaHostFunction("make", values: { _ in [.array([text, text, text, .object(counter)])] })
        let source = """
            for i = 1, 500 do
                local t = make()
                t[4]:add(1)
                t[1] = t[1] .. i
            end
            return make()[4].total
            """
        let limits = LuaLimits(memoryBytes: 2 << 20)
        #expect(try await run(source, limits: limits, functions: [make]) == [500])
    }

    @Test func `objects end with their state`() async throws {
        let events = Box<[String]>([])
        do {
            let state = try LuaState(executor: LuaExecutor())
            try await state.set("c", to: .object(Counter(events: events)))
            #expect(await state.objectCount == 1)
            #expect(events.value.isEmpty)
        }
        #expect(events.value == ["released"])
    }

    @Test func `an object that is invalid is gone for scripts`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        let counter = Counter()
        for function in objectFunctions { try await state.add(function) }
        try await state.add(
            LuaHostFunction(
                "invalidate",
                waiting: { (counter: Counter) async throws in
                    await state.invalidate(counter)
                }
            )
        )
        try await state.set("c", to: .object(counter))
        let source = """
            local add, text = c.add, tostring(c)
            invalidate(c)
            local function try(f, ...) return (select(2, pcall(f, ...))) end
            local results = {}
            for i, f in ipairs({function() return c.total end, function() c.step = 1 end, function() c:add(1) end,
                function() add(c, 1) end, function() total(c) end}) do
                results[i] = tostring(try(f)):gsub('^a:%d+: ', '')
            end
            return results, tostring(c) == text, c == c
            """
        let values = try await state.run(LuaSource(name: "a", text: source))
        let gone = LuaValue.string("the Counter is gone")
        let expected: [LuaValue] = [
            gone, gone, gone, "bad argument #1 to 'Counter.add': the Counter is gone",
            "bad argument #1 to 'total': the Counter is gone",
        ]
        #expect(values == [.array(expected), true, true])
        #expect(await state.objectCount == 0)
        let error = await #expect(throws: LuaError.self) {
            try await state.run(LuaSource(name: "a", text: "return {x = {c}}"))
        }
        #expect(error?.message == "result #1: x[1]: the Counter is gone")
        try await state.set("d", to: .object(counter))
        #expect(try await state.run(LuaSource(name: "a", text: "return d:add(2), c == d")) == [2, false])
    }

    @Test func `an object is closed at the end of its block`() async throws {
        let events = Box<[String]>([])
        let make = LuaHostFunction("make") { () in Counter(events: events) }
        let note = LuaHostFunction("note") { (text: String) in events.update { $0.append(text) } }
        let values = try await run(
            """
            local kept
            do local c <close> = make() kept = c note('inside') end
            pcall(function() local c <close> = make() error('x') end)
            do local again <close> = kept end
            do local b <close> = blob(10) end
            return (select(2, pcall(function() return kept.total end)))
            """,
            functions: objectFunctions + [make, note]
        )
        #expect(values == ["test.lua:6: the Counter is gone"])
        let order = events.value.filter { $0 != "released" }
        #expect(order == ["inside", "closed", "closed"])
    }

    @Test func `the memory of objects counts as the state's`() async throws {
        let limits = LuaLimits(memoryBytes: 4 << 20)
        let source = "for i = 1, 1000 do local b = blob(1000000) end return 'done'"
        #expect(try await run(source, limits: limits, functions: objectFunctions) == ["done"])
        let hoard = "local t = {} for i = 1, 1000 do t[i] = blob(1000000) end"
        let error = try #require(try await failure(of: hoard, limits: limits, functions: objectFunctions))
        #expect(error.code == .memoryLimit)
        let caught = """
            local t = {}
            for i = 1, 3 do t[i] = blob(1000000) end
            local ok, e = pcall(blob, 2000000)
            t = nil
            return ok, e, blob(3000000).grow ~= nil
            """
        let values = try await run(caught, limits: limits, functions: objectFunctions)
        #expect(values == [false, "not enough memory", true])
    }

    @Test func `an object that grows over the limit is refused at its next use`() async throws {
        let source = "local b = blob(10) b:grow(1 << 30) b:grow(1)"
        let error = try #require(try await failure(of: source, functions: objectFunctions))
        let problem = "the Blob needs more memory than the script may have"
        #expect(error.message == "bad argument #1 to 'Blob.grow': \(problem)")
    }

    @Test func `an object that Lua has no room for is not kept`() async throws {
        let state = try LuaState(executor: LuaExecutor(), limits: LuaLimits(memoryBytes: 1 << 20))
        for function in objectFunctions { try await state.add(function) }
        let source = "for i = 1, 10 do pcall(blob, 1 << 30) end"
        _ = try await state.run(LuaSource(name: "a", text: source))
        #expect(await state.objectCount == 0)
        #expect(await state.memoryUsed < 1 << 20)
    }

    @Test func `two states hold the same object`() async throws {
        let executor = try LuaExecutor()
        let counter = Counter()
        for _ in 1...2 {
            let state = try LuaState(executor: executor)
            try await state.set("c", to: .object(counter))
            _ = try await state.run(LuaSource(name: "a", text: "c:add(1)"))
        }
        #expect(counter.value == 2)
    }

    @Test func `an object has no form outside Lua`() throws {
        let error = #expect(throws: LuaConversionError.self) {
            try LuaDecoder.decode(Int.self, from: .object(Counter()))
        }
        #expect(error?.description == "integer expected, got Counter")
    }
}
