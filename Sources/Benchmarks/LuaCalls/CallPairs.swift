import BenchmarkTable
import CLuaBaseline
import LuaKit

/// Runs a script with and without LuaKit in turn, on the one thread of an executor, so that both find the same caches,
/// the same arena of memory and the same clock.
actor CallPairs {
    /// How often both sides run: by turns plain, own, own, plain and own, plain, plain, own, so that neither is always
    /// first and neither gains by what drifts.
    static let rounds = 12
    static let pairs = rounds * 2

    private let executor: LuaExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init() throws {
        executor = try LuaExecutor()
    }

    /// The median over the rounds of LuaKit's time in that of plain C, and of the seconds that LuaKit took.
    func measure(_ script: String) async throws -> (ratio: Double, seconds: Double) {
        var ratios: [Double] = []
        var seconds: [Double] = []
        _ = (try plain(script), try await own(script))
        for round in 0..<Self.rounds {
            var own = 0.0
            var plain = 0.0
            for isOwn in round.isMultiple(of: 2) ? [false, true, true, false] : [true, false, false, true] {
                if isOwn { own += try await self.own(script) } else { plain += try self.plain(script) }
            }
            ratios.append(own / plain)
            seconds.append(own / 2)
        }
        return (ratios.median, seconds.median)
    }

    /// The thread's seconds of processor time that a fresh state of LuaKit takes.
    func own(_ script: String) async throws -> Double {
        let shift = UnsafeMutableRawPointer.allocate(byteCount: Self.shift, alignment: 16)
        defer { shift.deallocate() }
        let state = try LuaState(executor: executor)
        try await state.add(LuaHostFunction("add") { (a: Int, b: Int) in a &+ b })
        try await state.add(LuaHostFunction("echo") { (text: String) in text })
        try await state.add(LuaHostFunction("pause", waiting: { () async -> Int in 1 }))
        let start = baseline_thread_seconds()
        _ = try await state.run(LuaSource(name: "bench", text: script))
        return baseline_thread_seconds() - start
    }

    /// Bytes to allocate before a state, so that each lies elsewhere: its place chooses how it hashes the names of globals
    /// and fields, some of which then collide.
    private static var shift: Int { .random(in: 1...512) * 16 }

    private func plain(_ script: String) throws -> Double {
        let seconds = baseline_run(script, Self.shift)
        guard seconds >= 0 else { throw Failure() }
        return seconds
    }

    /// The plain state did not run the script.
    struct Failure: Error, CustomStringConvertible {
        var description: String { "The script failed in a plain Lua state." }
    }
}
