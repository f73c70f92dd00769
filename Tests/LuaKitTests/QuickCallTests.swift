import LuaKit
import Synchronization
import Testing

/// Scripts that make calls which answer at once, and so hardly run themselves.
@Suite(.timeLimit(.minutes(5 * patience))) struct QuickCallTests {
    @Test func `calls that answer soon count as running time`() async throws {
        let calls = Mutex(0)
        let state = try LuaState(
            executor: try LuaExecutor(),
            limits: LuaLimits(runningTime: .milliseconds(100))
        )
        try await state.add(
            LuaHostFunction(
                "soon",
                waiting: { _ in
                    calls.withLock { $0 += 1 }
                    let end = ContinuousClock.now + .milliseconds(2)
                    while ContinuousClock.now < end { await Task.yield() }
                    return []
                }
            )
        )
        do {
            _ = try await state.run(LuaSource(name: "t", text: "while true do pcall(soon) end"))
            Issue.record("the script came to an end of its own")
        } catch {
            #expect(error.code == .timeLimit)
        }
        // A millisecond of each.
        #expect(calls.withLock { $0 } <= 108)
    }
}
