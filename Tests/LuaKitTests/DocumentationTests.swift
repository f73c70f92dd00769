import LuaKit
import Testing

/// The samples of the documentation, as they stand there.
@Suite struct DocumentationTests {
    struct Options: Decodable, LuaParameter { var tags: [String] }

    @Test func `the first sample runs`() async throws {
        let state = try LuaState(executor: LuaExecutor(), output: { print($0.lossyText) })
        try await state.add(LuaHostFunction("add") { (a: Int, b: Int) in a + b })
        let source = LuaSource(name: "sum.lua", text: "print('adding') return add(40, 2)")
        #expect(try await state.run(source) == [42])
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
