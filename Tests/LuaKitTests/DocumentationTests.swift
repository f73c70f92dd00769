import LuaKit
import Synchronization
import Testing

/// The samples of the documentation, as they stand there.
@Suite struct DocumentationTests {
    struct Options: Decodable, LuaParameter { var tags: [String] }

    final class Tally: LuaObject {
        private let total = Mutex(0)
        static let luaType = LuaObjectType<Tally>("Tally") { type in
            type.method("add") { (tally: Tally, amount: Int) in tally.total.withLock { $0 += amount } }
            type.property("total") { tally in tally.total.withLock { $0 } }
        }
    }

    @Test func `the sample of an object runs`() async throws {
        let make = LuaHostFunction("tally") { () in Tally() }
        let values = try await run("local t = tally() t:add(2) t:add(3) return t.total", functions: [make])
        #expect(values == [5])
    }

    @Test func `the sample of functions and tables of the script runs`() async throws {
        let each = LuaHostFunction(
            "each",
            waiting: { (function: LuaFunction, table: LuaTable) async throws in
                var key = LuaValue.nil
                while let element = try await table.next(after: key) {
                    key = element.key
                    _ = try await function.call([key, element.value])
                }
            }
        )
        let text = "local sum = 0 each(function(k, v) sum = sum + k * v end, {5, 6}) return sum"
        #expect(try await run(text, functions: [each]) == [17])
    }

    @Test func `the first sample runs`() async throws {
        let state = try LuaState(executor: LuaExecutor(), output: { print($0.lossyText) })
        try await state.add(LuaHostFunction("add") { (a: Int, b: Int) in a + b })
        let source = LuaSource(name: "sum.lua", text: "print('adding') return add(40, 2)")
        #expect(try await state.run(source) == [42])
    }

    @Test func `the samples of the first steps run`() async throws {
        let lines = Box<[String]>([])
        let state = try LuaState(
            executor: LuaExecutor(),
            output: { line in lines.update { $0.append(line.lossyText) } }
        )
        let source = LuaSource(name: "first.lua", text: "print(...) return 6 * 7")
        #expect(try await state.run(source, arguments: ["hello"]) == [42])
        #expect(lines.value == ["hello"])
        let upper = LuaHostFunction("upper") { (text: String) in text.uppercased() }
        try await state.add(LuaModule("text", functions: [upper]))
        let used = LuaSource(name: "use.lua", text: "return require('text').upper('x')")
        #expect(try await state.run(used) == ["X"])
        try await state.setModuleResolver { name in
            let text = "return {hello = function() return 'hello' end}"
            return name == "greeting" ? LuaSource(name: "greeting.lua", text: text) : nil
        }
        let main = LuaSource(name: "main.lua", text: "return require('greeting').hello()")
        #expect(try await state.run(main) == ["hello"])
        let error = try #require(try await failure(of: "local function f() error('no disk') end f()"))
        #expect(error.code == .runtime)
        #expect(error.description == "test.lua:1: no disk")
        #expect(error.traceback.contains { $0.hasPrefix("test.lua:1: in ") })
    }

    @Test func `the samples of Swift's types and of functions as values run`() async throws {
        struct Job: Codable { var name: String, tags: [String] }
        let state = try LuaState(executor: LuaExecutor())
        let answer = try await state.run(LuaSource(name: "answer.lua", text: "return 6 * 7"), as: Int.self)
        try await state.set("job", to: Job(name: "nightly", tags: ["web"]))
        #expect(try await state.get("job")["name"] == "nightly")
        let source = LuaSource(name: "f.lua", text: "return function(n) return job.name .. n end")
        let describe = try await state.run(source, as: LuaFunction.self)
        let text = try await describe.call(answer, as: String.self)
        #expect(text == "nightly42")
        let add = try await state.makeFunction(LuaHostFunction("add") { (a: Int, b: Int) in a + b })
        try await state.set("tools", to: .record(["add": .function(add)]))
        #expect(try await state.run(LuaSource(name: "use.lua", text: "return tools.add(1, 2)")) == [3])
    }

    @Test func `the samples of waiting and of limits run`() async throws {
        let load = { @Sendable (name: String) async -> String in name + name }
        let fetch = LuaHostFunction("fetch", waiting: { (name: String) in await load(name) })
        let text = "local co = coroutine.wrap(function() return pcall(fetch, 'x') end) return co()"
        var limits = LuaLimits(memoryBytes: 8 << 20, runningTime: .seconds(2))
        limits.wallTime = .seconds(30)
        #expect(try await run(text, limits: limits, functions: [fetch]) == [true, "xx"])
    }

    @Test func `the samples of functions run`() async throws {
        let load = { @Sendable (value: LuaValue?) async -> LuaValue in value ?? .nil }
        let count = LuaHostFunction("count") { (options: Options) in options.tags.count }
        let fetch = LuaHostFunction("fetch", waiting: { arguments in [await load(arguments.first)] })
        let text = "return count({tags = {'a', 'b'}}), fetch('x')"
        let values = try await run(text, functions: [count, fetch])
        #expect(values == [2, "x"])
    }
}
