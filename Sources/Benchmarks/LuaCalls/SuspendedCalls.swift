import BenchmarkTable
import CLuaBaseline
import LuaKit

/// What a call that suspends costs beyond the suspension itself.
struct SuspendedCalls: Measure {
    let name = "suspended call"
    let rows = [Row(name: "suspended call, more than a bare Task.yield", unit: "µs", limit: 2)]

    func figures() async throws -> [Double] {
        let executor = try LuaExecutor()
        return [try await Yielder(executor: executor).extraSeconds() * 1e6]
    }
}

/// Yields on an executor, with nothing else to do and in a script's calls in turn.
private actor Yielder {
    private let executor: LuaExecutor
    private let count = 3_000

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(executor: LuaExecutor) {
        self.executor = executor
    }

    /// The median of what one call takes more, in the thread's processor time.
    func extraSeconds() async throws -> Double {
        var extra: [Double] = []
        for round in 0..<CallPairs.pairs {
            let isBareFirst = round.isMultiple(of: 2)
            let first = isBareFirst ? try await bare() : try await calls()
            let second = isBareFirst ? try await calls() : try await bare()
            extra.append((isBareFirst ? second - first : first - second) / Double(count))
        }
        return extra.median
    }

    private func bare() async throws -> Double {
        let start = baseline_thread_seconds()
        for _ in 0..<count { await Task.yield() }
        return baseline_thread_seconds() - start
    }

    private func calls() async throws -> Double {
        let state = try LuaState(executor: executor)
        try await state.add(LuaHostFunction("pause", waiting: { () async throws in await Task.yield() }))
        let start = baseline_thread_seconds()
        _ = try await state.run(LuaSource(name: "bench", text: "for i = 1, \(count) do pause() end"))
        return baseline_thread_seconds() - start
    }
}
