import BenchmarkTable
import LuaKit

/// What iterating tables in one order costs, against Lua's own `pairs` in a state without a seed.
struct LuaOrder: Measure {
    let name = "order"
    var rows: [Row] {
        Self.cases.flatMap { measured in
            [
                Row(name: "ordered pairs, \(measured.name)", unit: "× Lua's own"),
                Row(name: "ordered pairs, \(measured.name), a loop", unit: "µs"),
            ]
        }
    }

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

    func figures() async throws -> [Double] {
        var figures: [Double] = []
        for measured in Self.cases {
            let script = """
                local t = {}
                \(measured.table)
                for round = 1, \(measured.rounds) do for k, v in pairs(t) do end end
                """
            let usual = try await Self.time(of: script, seed: nil)
            let own = try await Self.time(of: script, seed: 1)
            figures += [own / usual, own / .microseconds(1) / Double(measured.rounds)]
        }
        return figures
    }

    private static func time(of script: String, seed: Int64?) async throws -> Duration {
        let state = try LuaState(executor: LuaExecutor(), seed: seed)
        _ = try await state.run(LuaSource(name: "bench", text: script))
        return await state.runningTime
    }
}
