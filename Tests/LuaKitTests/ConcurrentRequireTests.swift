import LuaKit
import Testing

/// Several runs of one state that require the same modules at once.
@Suite(.timeLimit(.minutes(5 * patience))) struct ConcurrentRequireTests {
    private let started = Gate()
    private let gate = Gate()

    private func main(_ text: String) -> LuaSource { LuaSource(name: "main.lua", text: text) }

    /// A state whose function `wait` says that it started and waits at the gate.
    private func state(_ modules: [String: String]) async throws -> LuaState {
        let state = try LuaState(executor: LuaExecutor())
        let started = started
        let gate = gate
        try await state.add(
            LuaHostFunction(
                "wait",
                waiting: { _ in
                    started.open()
                    try await gate.wait()
                    return []
                }
            )
        )
        try await state.add(LuaHostFunction("open") { () in gate.open() })
        try await state.setModuleResolver { name in
            modules[name].map { LuaSource(name: "\(name).lua", text: $0) }
        }
        return state
    }

    @Test func `the second run waits for the first one's module`() async throws {
        let state = try await state(["slow": "wait() count = (count or 0) + 1 return {}"])
        async let first = state.run(main("shared = require('slow') return count"))
        try await started.wait()
        async let second = state.run(main("open() return require('slow') == shared, count"))
        #expect(try await first == [1])
        #expect(try await second == [true, 1])
    }

    @Test func `the second run loads the module when the first one fails`() async throws {
        let text = "if not again then again = true wait() error('first') end return 2"
        let state = try await state(["slow": text])
        async let first = state.run(main("return pcall(require, 'slow')"))
        try await started.wait()
        async let second = state.run(main("open() return require('slow')"))
        #expect(try await first == [false, "slow.lua:1: first"])
        #expect(try await second == [2])
    }

    @Test func `a cycle over two runs is an error in both`() async throws {
        let state = try await state([
            "a": "if not again then again = true wait() end return require('c')",
            "b": "open() return require('a')", "c": "return require('b')",
        ])
        async let first = state.run(main("return pcall(require, 'a')"))
        try await started.wait()
        async let second = state.run(main("return pcall(require, 'b')"))
        let message: LuaValue = "c.lua:1: module 'b' requires itself: b -> a -> c -> b"
        #expect(try await first == [false, message])
        #expect(try await second == [false, message])
    }

    @Test func `cancelling ends a wait for another run's module`() async throws {
        let state = try await state(["slow": "wait() return 1"])
        async let first = state.run(main("return require('slow')"))
        try await started.wait()
        let second = Task { try await state.run(self.main("return (pcall(require, 'slow'))")) }
        second.cancel()
        #expect(try await second.value == [false])
        gate.open()
        #expect(try await first == [1])
        #expect(await state.handleCount == 0)
    }
}
