import LuaKit
import Testing

/// Swift's own types across the border, without a word of `LuaValue`.
@Suite struct TypedTests {
    struct Job: Codable, Equatable {
        var name: String
        var tags: [String]
        var size: Int?
    }

    private func source(_ text: String) -> LuaSource { LuaSource(name: "test.lua", text: text) }

    @Test func `a script's first result is of the type that is asked for`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        let sum = try await state.run(source("return 40 + ..."), arguments: [2], as: Int.self)
        #expect(sum == 42)
        let job = try await state.run(source("return {name = 'x', tags = {'a'}}, 7"), as: Job.self)
        #expect(job == Job(name: "x", tags: ["a"]))
        #expect(try await state.run(source("return"), as: Int?.self) == nil)
    }

    @Test func `a result of another type is an error that says so`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        let error = await #expect(throws: LuaError.self) {
            _ = try await state.run(source("return {name = 7}"), as: Job.self)
        }
        #expect(error?.code == .conversion)
        #expect(error?.message == "result #1: name: string expected, got integer")
    }

    @Test func `globals are set and read as Swift values`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        try await state.set("two", to: 2)
        try await state.set("job", to: Job(name: "x", tags: []))
        _ = try await state.run(source("two = two + 0.5 job.size = #job.name"))
        #expect(try await state.get("two", as: Double.self) == 2.5)
        #expect(try await state.get("job", as: Job.self) == Job(name: "x", tags: [], size: 1))
        #expect(try await state.get("job")["name"] == "x")
        try await state.set("two", to: Int?.none)
        #expect(try await state.get("two") == .nil)
        let error = await #expect(throws: LuaError.self) { _ = try await state.get("job", as: [Int].self) }
        #expect(error?.message == "job: list expected, got table")
    }

    @Test func `a table's elements are set and read as Swift values`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        let table = try await state.makeTable()
        try await table.set("two", to: 2)
        try await table.set("tags", to: ["a", "b"])
        #expect(try await table.get("two", as: Int.self) == 2)
        #expect(try await table.get("tags", as: [String].self) == ["a", "b"])
        let read = LuaHostFunction("read") { (table: LuaTable) in try table.get("two", as: Int.self) + 1 }
        let write = LuaHostFunction("write") { (table: LuaTable) in try table.set("three", to: [3]) }
        try await state.add(read)
        try await state.add(write)
        try await state.set("t", to: .reference(table))
        #expect(try await state.run(source("write(t) return read(t) + t.three[1]")) == [6])
    }

    @Test func `a script's function is called with Swift values`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        let join = try await state.run(
            source("return function(job, n) return job.name .. n .. #job.tags end"),
            as: LuaFunction.self
        )
        let text = try await join.call(Job(name: "x", tags: ["a", "b"]), 7, as: String.self)
        #expect(text == "x72")
        #expect(try await join.call([.record(["name": "y", "tags": .array([])]), 1]) == ["y10"])
    }

    @Test func `a function is a field of a type that is decoded`() async throws {
        struct Plugin: Codable {
            var name: String
            var run: LuaFunction
        }
        let state = try LuaState(executor: LuaExecutor())
        let plugin = try await state.run(
            source("return {name = 'p', run = function(x) return x * 2 end}"),
            as: Plugin.self
        )
        #expect(try await plugin.run.call(21, as: Int.self) == 42)
        try await state.set("again", to: plugin)
        #expect(try await state.run(source("return again.run(4)")) == [8])
    }

    @Test func `a Swift function is a value`() async throws {
        let state = try LuaState(executor: LuaExecutor())
        let add = try await state.makeFunction(LuaHostFunction("add") { (a: Int, b: Int) in a + b })
        try await state.set("tools", to: .record(["add": .function(add)]))
        #expect(try await state.run(source("return tools.add(40, 2)")) == [42])
        #expect(try await add.call(1, 2, as: Int.self) == 3)
        let apply = try await state.run(source("return function(f) return f(2, 3) end"), as: LuaFunction.self)
        #expect(try await apply.call(add, as: Int.self) == 5)
        let error = await #expect(throws: LuaError.self) { _ = try await add.call(["x"]) }
        #expect(error?.message == "bad argument #1 to 'add': integer expected, got string")
    }

    @Test func `a host function gives and takes lists and dictionaries`() async throws {
        let longest = LuaHostFunction("longest") { (words: [String]) in words.max { $0.count < $1.count } }
        let total = LuaHostFunction("total") { (sizes: [String: Int]) in sizes.values.reduce(0, +) }
        let text = "return longest{'a', 'bcd'}, total{a = 1, b = 2}"
        #expect(try await run(text, functions: [longest, total]) == ["bcd", 3])
    }

    @Test func `what is Encodable is a result without further declaration`() async throws {
        let job = LuaHostFunction("job") { (name: String) in Job(name: name, tags: ["a"]) }
        let wait = LuaHostFunction("wait", waiting: { (name: String) in Job(name: name, tags: []) })
        let none = LuaHostFunction("none") { () in Job?.none }
        let text = "return job('x').tags[1], wait('y').name, none()"
        #expect(try await run(text, functions: [job, wait, none]) == ["a", "y", .nil])
    }

    @Test func `what Lua has no form for is an error, and never nothing`() async throws {
        struct Handle {}
        let open = LuaHostFunction("open") { (name: String) in Handle() }
        let error = try #require(try await failure(of: "open('x')", functions: [open]))
        #expect(error.message == "a Handle is neither Encodable nor a LuaResult")
        let nothing = LuaHostFunction("nothing") { (name: String) in }
        #expect(try await run("return select('#', nothing('x'))", functions: [nothing]) == [0])
    }
}
