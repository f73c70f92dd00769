import CLuaBaseline
import LuaKit

/// What structs cost on their way to Lua and back.
struct LuaCoding: Measure {
    /// Thirty fields of the usual kinds.
    struct Record: Codable {
        var a0 = 0, a1 = 1, a2 = 2, a3 = 3, a4 = 4, a5 = 5, a6 = 6, a7 = 7, a8 = 8, a9 = 9
        var b0 = "zero", b1 = "one", b2 = "two", b3 = "three", b4 = "four"
        var b5 = "five", b6 = "six", b7 = "seven", b8 = "eight", b9 = "nine"
        var c0 = 0.5, c1 = 1.5, c2 = 2.5, c3 = 3.5, c4 = 4.5
        var d0 = true, d1 = false, d2 = true
        var e0: [Int] = [1, 2, 3]
        var e1: Int?
    }

    let name = "coding"
    let rows = [
        Row(name: "Codable, 30 fields to Lua and back", unit: "µs"),
        Row(name: "Codable, a list of 1,000 integers to Lua and back", unit: "µs"),
        Row(name: "Codable, per element of 16,000, of that of 1,000", unit: "×", limit: 1.5),
    ]

    func figures() throws -> [Double] {
        let record = try Self.seconds(count: 2_000) { try Self.roundTrip(Record()) }
        let thousand = try Self.seconds(count: 20) { try Self.roundTrip(Array(0..<1_000)) }
        let many = try Self.seconds(count: 2) { try Self.roundTrip(Array(0..<16_000)) }
        return [record * 1e6, thousand * 1e6, many / thousand / 16]
    }

    private static func roundTrip<Value: Codable>(_ value: Value) throws {
        _ = try LuaDecoder.decode(Value.self, from: try LuaEncoder.encode(value))
    }

    private static func seconds(count: Int, _ body: () throws -> Void) throws -> Double {
        try body()
        let start = baseline_cpu_seconds()
        for _ in 0..<count { try body() }
        return (baseline_cpu_seconds() - start) / Double(count)
    }
}
