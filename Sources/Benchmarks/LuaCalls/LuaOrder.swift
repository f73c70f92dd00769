import BenchmarkTable
import LuaKit

/// What iterating tables in one order costs, against Lua's own `pairs` in a state without a seed.
enum LuaOrder {
    private static let cases = [
        (
            name: "1,000 string keys", rounds: 1_000,
            table: "for i = 1, 1000 do t['key' .. i * 7919 % 100003] = i end"
        ),
        (name: "a list of 1,000", rounds: 5_000, table: "for i = 1, 1000 do t[i] = i end"),
        (
            name: "10 fields", rounds: 200_000,
            table: "for c in ('gcbajihfed'):gmatch('.') do t['field_' .. c] = c end"
        ),
    ]

    static func measure(_ table: inout Table) async throws {
        for measured in cases {
            let script = """
                local t = {}
                \(measured.table)
                for round = 1, \(measured.rounds) do for k, v in pairs(t) do end end
                """
            var plain: [Duration] = []
            var ordered: [Duration] = []
            for _ in 0..<5 {
                plain.append(try await time(of: script, seed: nil))
                ordered.append(try await time(of: script, seed: 1))
            }
            let (usual, own) = (plain.sorted()[2], ordered.sorted()[2])
            table.row("ordered pairs, \(measured.name)", own / usual, "× Lua's own")
            let each = own / .microseconds(1) / Double(measured.rounds)
            table.row("ordered pairs, \(measured.name), a loop", each, "µs")
        }
    }

    private static func time(of script: String, seed: Int64?) async throws -> Duration {
        let state = try LuaState(executor: LuaExecutor(), seed: seed)
        _ = try await state.run(LuaSource(name: "bench", text: script))
        return await state.runningTime
    }
}
