import BenchmarkTable
import CLuaBaseline
import Glibc
import LuaKit

/// Times what LuaKit adds to Lua, against the same script with plain C functions, pair by pair in one process.
/// An argument chooses the cases whose name has it, `states`, `coding` or `order`.
@main
struct LuaCalls {
    /// A script, how many operations it does, and what it may cost of the plain one.
    struct Case {
        var name: String
        var operations: Double
        var limit: Double
        var script: String
    }

    static let cases = [
        Case(
            name: "typed call (Int, Int) -> Int",
            operations: 2e6,
            limit: 1.5,
            script: "local s = 0 for i = 1, 2e6 do s = add(s, i) end"
        ),
        Case(
            name: "typed call with 16 bytes of text",
            operations: 1e6,
            limit: 2,
            script: "local x = ('x'):rep(16) for i = 1, 1e6 do echo(x) end"
        ),
        Case(
            name: "waiting call that answers at once, of resume + yield",
            operations: 3e5,
            limit: 4,
            script: "for i = 1, 3e5 do pause() end"
        ),
        Case(
            name: "fib(30)",
            operations: 1,
            limit: 1.03,
            script:
                "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end fib(30)"
        ),
        Case(
            name: "numeric loop",
            operations: 1,
            limit: 1.03,
            script: "local s = 0 for i = 1, 3e7 do s = s + i % 7 end"
        ),
        Case(
            name: "sieve",
            operations: 1,
            limit: 1.03,
            script: """
                for r = 1, 3 do
                    local t = {} for i = 2, 1e6 do t[i] = true end
                    for i = 2, 1000 do if t[i] then for j = i * i, 1e6, i do t[j] = false end end end
                end
                """
        ),
        Case(
            name: "method calls",
            operations: 1,
            limit: 1.03,
            script: """
                local C = {} C.__index = C function C:step() self.n = self.n + 1 end
                local o = setmetatable({n = 0}, C) for i = 1, 6e6 do o:step() end
                """
        ),
        Case(
            name: "building strings",
            operations: 1,
            limit: 1.03,
            script:
                "local t = {} for i = 1, 100 do t[i] = '' end for i = 1, 6e5 do t[i % 100 + 1] = 'n' .. i .. #table.concat(t, ',', 1, i % 5) end"
        ),
        Case(
            name: "patterns",
            operations: 1,
            limit: 1.15,
            script: """
                local s = ('key = value, number = 42; '):rep(20)
                for i = 1, 3000 do for k, v in s:gmatch('(%w+) = (%w+)') do k:find('umb') end s:gsub('%d+', '#') end
                """
        ),
    ]

    static func main() async throws {
        var table = Table()
        let executor = try LuaExecutor()
        if let measured = timed() {
            print(try await run(measured.script, on: executor))
            print(measured.script)
            return
        }
        let wanted = CommandLine.arguments.dropFirst().first ?? ""
        for measured in cases where measured.name.contains(wanted) || wanted.isEmpty {
            var ratios: [Double] = []
            var own: [Double] = []
            for round in 0..<8 {
                let plain = baseline_run(measured.script)
                let seconds = try await run(measured.script, on: executor)
                guard round > 0 else { continue }
                ratios.append(seconds / plain)
                own.append(seconds / measured.operations * 1e9)
            }
            let time = measured.operations > 1 ? ", \(Int(own.sorted()[own.count / 2])) ns each" : ""
            table.row(
                measured.name + time,
                ratios.sorted()[ratios.count / 2],
                "× plain C",
                limit: measured.limit
            )
        }
        if wanted.isEmpty || wanted == "states" { try await LuaStates.measure(&table) }
        if wanted.isEmpty || wanted == "coding" { try LuaCoding.measure(&table) }
        if wanted.isEmpty || wanted == "order" { try await LuaOrder.measure(&table) }
        if table.misses > 0 { exit(1) }
    }

    /// The one case whose seconds and script are wanted, for a comparison with another embedding.
    private static func timed() -> Case? {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, arguments[1] == "--time" else { return nil }
        return cases.first { $0.name == arguments[2] }
    }

    private static func run(_ script: String, on executor: LuaExecutor) async throws -> Double {
        let state = try LuaState(executor: executor)
        try await state.add(LuaHostFunction("add") { (a: Int, b: Int) in a &+ b })
        try await state.add(LuaHostFunction("echo") { (text: String) in text })
        try await state.add(LuaHostFunction("pause", waiting: { () async -> Int in 1 }))
        let start = baseline_cpu_seconds()
        _ = try await state.run(LuaSource(name: "bench", text: script))
        return baseline_cpu_seconds() - start
    }
}
