import LuaKit
import Testing

@Suite struct TableHandleTests {
    private func run(_ text: String, in state: LuaState) async throws -> [LuaValue] {
        try await state.run(LuaSource(name: "test.lua", text: text))
    }

    @Test func `a host function works on the script's own table`() async throws {
        let double = LuaHostFunction("double") { (table: LuaTable) throws in
            for position in 1...(try table.length()) {
                let key = LuaValue.integer(Int64(position))
                guard case .integer(let number) = try table.get(key) else { continue }
                try table.set(key, to: .integer(number * 2))
            }
            try table.set("done", to: true)
            return table
        }
        let values = try await LuaKitTests.run(
            "local t = {1, 2, 'x'} local u = double(t) return t, t == u, u.missing",
            functions: [double]
        )
        let expected = LuaTableValue(items: [2, 4, "x"], fields: ["done": true])
        #expect(values == [.table(expected), true, .nil])
    }

    @Test func `elements are awaited outside a call`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        let made = try await state.makeTable(LuaTableValue(items: [1, 2], fields: ["x": "y"]))
        try await state.set("t", to: .reference(made))
        _ = try await run("t[3] = 3 t.x = nil", in: state)
        #expect(try await made.copy() == LuaTableValue(items: [1, 2, 3]))
        let found = try #require(try await state.table(named: "t"))
        try await found.set(1, to: .reference(made))
        #expect(try await found.length() == 3)
        #expect(try await run("return t[1] == t", in: state) == [true])
        #expect(try await state.table(named: "print") == nil)
        #expect(try await made.get(2) == 2)
        #expect(try await made.get(.nil) == .nil)
    }

    @Test func `a walk visits each element once`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        let contents = LuaTableValue(items: [10, 20], fields: ["x": 1, false: 2, 1.5: 3])
        let table = try await state.makeTable(contents)
        var found: [LuaValue: LuaValue] = [:]
        var key = LuaValue.nil
        while let element = try await table.next(after: key) {
            key = element.key
            found[key] = element.value
        }
        #expect(found == [1: 10, 2: 20, "x": 1, false: 2, 1.5: 3])
        await #expect(throws: LuaError.self) { try await table.next(after: "nothing") }
    }

    @Test func `no metamethod runs`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        _ = try await run(
            """
            local function fail() error('called') end
            t = setmetatable({1}, {__index = fail, __newindex = fail, __len = fail, __pairs = fail, __eq = fail})
            """,
            in: state
        )
        let table = try #require(try await state.table(named: "t"))
        #expect(try await table.get("x") == .nil)
        try await table.set("x", to: 1)
        #expect(try await table.length() == 1)
        #expect(try await table.copy() == LuaTableValue(items: [1], fields: ["x": 1]))
    }

    @Test func `a wrong key or value is an error`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        let table = try await state.makeTable()
        for key in [LuaValue.nil, .number(.nan), .null, .table(LuaTableValue())] {
            let error = await #expect(throws: LuaError.self) { try await table.set(key, to: 1) }
            #expect(error?.description == "a \(key.kind) cannot be a key")
        }
        _ = try await run("loop = {} loop.loop = loop", in: state)
        let loop = try #require(try await state.table(named: "loop"))
        let error = await #expect(throws: LuaError.self) { try await loop.copy() }
        #expect(error?.code == .conversion)
        #expect(error?.message.hasSuffix(": nested too deeply; does the table contain itself?") == true)
    }

    @Test func `a table of another state is refused`() async throws {
        let executor = try LuaExecutor()
        let first = try LuaState(executor: executor)
        let second = try LuaState(executor: executor)
        let table = try await first.makeTable()
        let error = await #expect(throws: LuaError.self) {
            try await second.set("t", to: .reference(table))
        }
        #expect(error?.description == "a table of another Lua state cannot be used here")
    }

    @Test func `a table does not keep its state`() async throws {
        var state: LuaState? = try LuaState(executor: LuaExecutor())
        let table = try #require(try await state?.makeTable())
        state = nil
        let error = await #expect(throws: LuaError.self) { try await table.length() }
        #expect(error?.description == "the Lua state of this table is gone")
    }

    @Test func `a table is used without await on its state's thread only`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        let table = try await state.makeTable()
        func length() throws -> Int { try table.length() }
        let error = #expect(throws: LuaError.self) { try length() }
        #expect(error?.description == "a table is used without await only on its state's thread")
    }

    @Test func `handles that are dropped are freed`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        try await state.add(LuaHostFunction("take") { (table: LuaTable, text: String?) in })
        _ = try await run("for i = 1, 1000 do take({}) end", in: state)
        #expect(await state.handleCount == 0)
        let error = await #expect(throws: LuaError.self) { try await self.run("take(1)", in: state) }
        #expect(error?.message == "bad argument #1 to 'take': table expected, got number")
    }
}

@Suite struct CallbackTests {
    private let each = LuaHostFunction(
        "each",
        waiting: { (function: LuaFunction, count: Int) async throws in
            var results: [LuaValue] = []
            for item in 1...count { results += try await function.call([.integer(Int64(item))]) }
            return results
        }
    )
    private let pause = LuaHostFunction(
        "pause",
        waiting: { (item: Int) async throws in
            await Task.yield()
            return item
        }
    )

    @Test func `a function that a host function was given can be called and can wait`() async throws {
        let values = try await run(
            "return each(function(n) return pause(n) * 2, each(pause, 1)[1] end, 3)",
            functions: [each, pause]
        )
        #expect(values == [.array([2, 1, 4, 1, 6, 1])])
    }

    @Test func `the error of a callback can be caught and has its place`() async throws {
        let caught = "local ok, e = pcall(each, function(n) error({code = n}) end, 1) return ok, tostring(e)"
        let values = try await run(caught, functions: [each])
        #expect(values.first == false)
        let error = try #require(
            try await failure(of: "\neach(function()\nerror('no') end, 1)", functions: [each])
        )
        #expect(error.code == .hostFunction)
        #expect(error.description == "test.lua:2: test.lua:3: no")
        #expect((error.cause as? LuaError)?.place == LuaError.Place(script: "test.lua", line: 3))
    }

    @Test func `a callback cannot outrun the limits`() async throws {
        let limits = LuaLimits(runningTime: .milliseconds(50))
        let source = """
            local function run() while true do pcall(function() while true do end end) end end
            pcall(each, run, 1)
            return 1
            """
        let error = try #require(try await failure(of: source, limits: limits, functions: [each]))
        #expect(error.code == .timeLimit)
    }

    @Test func `cancelling ends a callback that waits`() async throws {
        let hasBegun = Gate()
        let forever = LuaHostFunction(
            "forever",
            waiting: { () async throws in
                hasBegun.open()
                try await Gate().wait()
            }
        )
        let state = try LuaState(executor: LuaExecutor())
        for function in [each, forever] { try await state.add(function) }
        let text = "local ok, e = pcall(each, function() forever() end, 1) note = tostring(e) error(e)"
        let task = Task { try await state.run(LuaSource(name: "a", text: text)) }
        try await hasBegun.wait()
        task.cancel()
        let error = await #expect(throws: LuaError.self) { try await task.value }
        #expect(error?.code == .hostFunction || error?.code == .cancelled)
        #expect(error?.message.contains("cancelled") == true)
    }

    @Test func `a function does not keep its state`() async throws {
        var state: LuaState? = try LuaState(executor: LuaExecutor())
        let values = try await state?.run(LuaSource(name: "a", text: "return function() end"))
        guard case .function(let function) = values?.first else { throw LuaConversionError("no function") }
        state = nil
        let error = await #expect(throws: LuaError.self) { try await function.call() }
        #expect(error?.description == "the Lua state of this function is gone")
    }

    @Test func `calling functions leaves no handle behind`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        try await state.add(each)
        _ = try await state.run(LuaSource(name: "a", text: "return #each(function(n) return {n} end, 100)"))
        #expect(await state.handleCount == 0)
    }
}
