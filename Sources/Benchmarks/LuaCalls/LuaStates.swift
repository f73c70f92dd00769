import CLuaBaseline
import Glibc
import LuaKit

/// What states and waiting runs cost in time and memory.
struct LuaStates: Measure {
    let name = "states"
    let rows = [
        Row(name: "fresh sandboxed state", unit: "µs", limit: 60),
        Row(name: "fresh sandboxed state, of luaL_newstate and luaL_openlibs", unit: "×"),
        Row(name: "fresh sandboxed state, resident", unit: "KiB", limit: 24),
        Row(name: "10,000 waiting runs, resident each", unit: "KiB", limit: 28),
        Row(name: "10,000 waiting runs, all resumed after", unit: "ms", limit: 100, isWallTime: true),
        Row(name: "heap allocations per scalar call", unit: "", limit: 0),
    ]

    func figures() async throws -> [Double] {
        try await Self.fresh() + Self.waiting() + [Self.allocations()]
    }

    // MARK: States

    /// Seconds of one state in µs and of a plain one, and its bytes in KiB.
    private static func fresh() async throws -> [Double] {
        let executor = try LuaExecutor()
        let count = 2_000
        var states: [LuaState] = []
        states.reserveCapacity(count)
        states.append(try LuaState(executor: executor))
        let resident = residentBytes()
        let start = baseline_cpu_seconds()
        for _ in 0..<count { states.append(try LuaState(executor: executor)) }
        let seconds = (baseline_cpu_seconds() - start) / Double(count)
        let bytes = Double(residentBytes() - resident) / Double(count)
        return [seconds * 1e6, seconds / baseline_states(Int32(count)), bytes / 1024]
    }

    // MARK: Waits

    /// The bytes of one run in KiB, and the ms until all have gone on.
    private static func waiting() async throws -> [Double] {
        let count = 10_000
        let executor = try LuaExecutor()
        let gate = Gate(count: count)
        let resident = residentBytes()
        let (bytes, passed) = try await withThrowingTaskGroup(of: Void.self) { group -> (Int, Duration) in
            for _ in 0..<count {
                group.addTask {
                    let state = try LuaState(executor: executor)
                    try await state.add(
                        LuaHostFunction("wait", waiting: { () async throws in await gate.wait() })
                    )
                    _ = try await state.run(LuaSource(name: "bench", text: "wait() return 1"))
                    await gate.leave()
                    withExtendedLifetime(state) {}
                }
            }
            await gate.allHaveCome()
            let bytes = residentBytes() - resident
            let start = ContinuousClock.now
            await gate.open()
            await gate.allHaveLeft()
            let passed: Duration = ContinuousClock.now - start
            await gate.end()
            try await group.waitForAll()
            return (bytes, passed)
        }
        return [Double(bytes) / Double(count) / 1024, passed / .milliseconds(1)]
    }

    // MARK: Allocations

    private static func allocations() async throws -> Double {
        baseline_count_allocations()
        let state = try LuaState(executor: LuaExecutor())
        try await state.add(LuaHostFunction("add") { (a: Int, b: Int) in a &+ b })
        let source = { (count: Int) in
            LuaSource(name: "bench", text: "local s = 0 for i = 1, \(count) do s = add(s, i) end")
        }
        _ = try await state.run(source(10))
        let few = try await counting { _ = try await state.run(source(10)) }
        // Not so many that Lua would keep the number in a list of constants, which is an allocation too.
        let many = try await counting { _ = try await state.run(source(60_010)) }
        return Double(max(0, many - few)) / 6e4
    }

    private static func counting(_ body: () async throws -> Void) async throws -> Int {
        let before = baseline_allocations()
        try await body()
        return Int(baseline_allocations() - before)
    }

    private static func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, 128, file) != nil else { return 0 }
        let statistics = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            .split(separator: " ").compactMap { Int($0) }
        return statistics.count > 1 ? statistics[1] * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}

/// Holds tasks until all have come, and tells when all have left.
private actor Gate {
    private let count: Int
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private var come: CheckedContinuation<Void, Never>?
    private var left = 0
    private var leavers: [CheckedContinuation<Void, Never>] = []
    private var gone: CheckedContinuation<Void, Never>?

    init(count: Int) {
        self.count = count
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            waiters.append(continuation)
            if waiters.count == count { come?.resume() }
        }
    }

    func allHaveCome() async {
        if waiters.count == count { return }
        await withCheckedContinuation { come = $0 }
    }

    func open() {
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    /// Holds those who leave until all do, so that no state is closed before.
    func leave() async {
        left += 1
        if left == count { gone?.resume() }
        await withCheckedContinuation { leavers.append($0) }
    }

    func end() {
        for leaver in leavers { leaver.resume() }
    }

    func allHaveLeft() async {
        if left == count { return }
        await withCheckedContinuation { gone = $0 }
    }
}
