import BenchmarkTable
import CLuaBaseline
import Glibc
import LuaKit

/// What states and waits cost in time and memory.
enum LuaStates {
    static func measure(_ table: inout Table) async throws {
        try await fresh(&table)
        try await suspended(&table)
        try await waiting(&table)
        try await allocations(&table)
    }

    // MARK: States

    private static func fresh(_ table: inout Table) async throws {
        let executor = try LuaExecutor()
        let count = 2_000
        var states: [LuaState] = []
        states.reserveCapacity(count)
        states.append(try LuaState(executor: executor))
        let resident = residentBytes()
        let start = baseline_cpu_seconds()
        for _ in 0..<count { states.append(try LuaState(executor: executor)) }
        let seconds = baseline_cpu_seconds() - start
        let bytes = Double(residentBytes() - resident) / Double(count)
        let plain = baseline_states(Int32(count))
        table.row("fresh sandboxed state", seconds / Double(count) * 1e6, "µs", limit: 60)
        table.row(
            "fresh sandboxed state, of luaL_newstate and luaL_openlibs",
            seconds / Double(count) / plain,
            "×"
        )
        table.row("fresh sandboxed state, resident", bytes / 1024, "KiB", limit: 24)
        states = []
    }

    // MARK: Waits

    private static func suspended(_ table: inout Table) async throws {
        let executor = try LuaExecutor()
        let state = try LuaState(executor: executor)
        try await state.add(LuaHostFunction("pause", waiting: { () async throws in await Task.yield() }))
        let count = 100_000
        var extra: [Double] = []
        for _ in 0..<5 {
            let bare = try await Yielder(executor: executor).seconds(count)
            let start = baseline_cpu_seconds()
            _ = try await state.run(LuaSource(name: "bench", text: "for i = 1, \(count) do pause() end"))
            extra.append((baseline_cpu_seconds() - start - bare) / Double(count) * 1e6)
        }
        table.row("suspended call, more than a bare Task.yield", extra.sorted()[2], "µs", limit: 2)
    }

    private static func waiting(_ table: inout Table) async throws {
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
        table.row(
            "10,000 waiting runs, resident each",
            Double(bytes) / Double(count) / 1024,
            "KiB",
            limit: 28
        )
        table.row("10,000 waiting runs, all resumed after", passed / .milliseconds(1), "ms", limit: 100)
    }

    // MARK: Allocations

    private static func allocations(_ table: inout Table) async throws {
        baseline_count_allocations()
        let state = try LuaState(executor: LuaExecutor())
        try await state.add(LuaHostFunction("add") { (a: Int, b: Int) in a &+ b })
        let source = { (count: Int) in
            LuaSource(name: "bench", text: "local s = 0 for i = 1, \(count) do s = add(s, i) end")
        }
        _ = try await state.run(source(10))
        let few = try await counting { _ = try await state.run(source(10)) }
        let many = try await counting { _ = try await state.run(source(100_010)) }
        table.row("heap allocations per scalar call", Double(max(0, many - few)) / 1e5, "", limit: 0)
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

/// Yields on an executor, with nothing else to do.
private actor Yielder {
    private let executor: LuaExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(executor: LuaExecutor) {
        self.executor = executor
    }

    func seconds(_ count: Int) async throws -> Double {
        let start = baseline_cpu_seconds()
        for _ in 0..<count { await Task.yield() }
        return baseline_cpu_seconds() - start
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
