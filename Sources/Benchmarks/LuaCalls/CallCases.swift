/// A script with and without LuaKit, how many operations it does, and what it may cost of the plain one.
struct CallCase: Measure {
    var name: String
    /// Whether the operations are calls whose own time is of interest.
    var isCall = false
    var limit: Double
    /// The operations for a comparison of whole runs, and those of one short run.
    var operations: Int
    var sample: Int
    var script: @Sendable (Int) -> String

    var rows: [Row] {
        let ratio = Row(name: name, unit: "× plain C", limit: limit)
        return isCall ? [ratio, Row(name: name + ", each", unit: "ns")] : [ratio]
    }

    func figures() async throws -> [Double] {
        let pairs = try await CallPairs().measure(script(sample))
        return isCall ? [pairs.ratio, pairs.seconds / Double(sample) * 1e9] : [pairs.ratio]
    }

    static let all = [
        CallCase(
            name: "typed call (Int, Int) -> Int",
            isCall: true,
            limit: 1.5,
            operations: 2_000_000,
            sample: 200_000
        ) {
            "local s = 0 for i = 1, \($0) do s = add(s, i) end"
        },
        CallCase(
            name: "typed call with 16 bytes of text",
            isCall: true,
            limit: 2,
            operations: 1_000_000,
            sample: 120_000
        ) {
            "local x = ('x'):rep(16) for i = 1, \($0) do echo(x) end"
        },
        CallCase(
            name: "waiting call that answers at once, of resume + yield",
            isCall: true,
            limit: 4,
            operations: 300_000,
            sample: 50_000
        ) {
            "for i = 1, \($0) do pause() end"
        },
        CallCase(name: "fib", limit: 1.03, operations: 30, sample: 26) {
            """
            local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
            fib(\($0))
            """
        },
        CallCase(name: "numeric loop", limit: 1.03, operations: 30_000_000, sample: 1_500_000) {
            "local s = 0 for i = 1, \($0) do s = s + i % 7 end"
        },
        CallCase(name: "sieve", limit: 1.03, operations: 200_000, sample: 20_000) {
            """
            for r = 1, 15 do
                local t = {} for i = 2, \($0) do t[i] = true end
                for i = 2, math.floor(\($0) ^ 0.5) do
                    if t[i] then for j = i * i, \($0), i do t[j] = false end end
                end
            end
            """
        },
        CallCase(name: "method calls", limit: 1.03, operations: 6_000_000, sample: 250_000) {
            """
            local C = {} C.__index = C function C:step() self.n = self.n + 1 end
            local o = setmetatable({n = 0}, C) for i = 1, \($0) do o:step() end
            """
        },
        CallCase(name: "building strings", limit: 1.03, operations: 600_000, sample: 30_000) {
            """
            local t = {} for i = 1, 100 do t[i] = '' end
            for i = 1, \($0) do t[i % 100 + 1] = 'n' .. i .. #table.concat(t, ',', 1, i % 5) end
            """
        },
        CallCase(name: "patterns", limit: 1.15, operations: 3_000, sample: 500) {
            """
            local s = ('key = value, number = 42; '):rep(20)
            for i = 1, \($0) do for k, v in s:gmatch('(%w+) = (%w+)') do k:find('umb') end s:gsub('%d+', '#') end
            """
        },
    ]
}
