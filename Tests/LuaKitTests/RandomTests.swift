import LuaKit
import Testing

/// The random numbers of deterministic states.
@Suite(.timeLimit(.minutes(5 * patience))) struct RandomTests {
    private static let forms = [
        "math.random()", "math.random(6)", "math.random(0)", "math.random(-5, 5)", "math.random(1 << 62)",
        "math.random(math.mininteger, math.maxinteger)", "math.random(3, 3)", "math.random(1000, 1025)",
        "math.random(math.mininteger, 0)",
    ]

    @Test(.enabled(if: StockLua.program != nil, "lua5.4 is not installed"), arguments: forms)
    func `a seed gives the numbers of the lua5.4 program`(form: String) async throws {
        let text = """
            print(math.randomseed(42))
            for i = 1, 1000 do print(\(form)) end
            print(math.randomseed(-1, 7), math.randomseed('9', 2.0))
            for i = 1, 10 do print(\(form)) end
            """
        let lines = Box<[String]>([])
        let state = try LuaState(
            executor: LuaExecutor(),
            seed: 1,
            output: { line in lines.update { $0.append(line.lossyText) } }
        )
        _ = try await state.run(LuaSource(name: "a", text: text))
        let stock = try StockLua.output(of: text)
        #expect(lines.value.joined(separator: "\n") + "\n" == String(decoding: stock, as: UTF8.self))
    }

    @Test(
        .enabled(if: StockLua.program != nil, "lua5.4 is not installed"),
        arguments: [
            "random(0.5)", "random(3, 1)", "random(-1)", "random(1, 2, 3)", "random('x')", "random(nil)",
            "randomseed(1.5)", "randomseed('x')", "randomseed(nil)", "randomseed(1, {})",
        ]
    )
    func `what is wrong fails as in the lua5.4 program`(call: String) async throws {
        let text = "print(select(2, pcall(function() math.\(call) end)))"
        let lines = Box<[String]>([])
        let state = try LuaState(
            executor: LuaExecutor(),
            seed: 1,
            output: { line in lines.update { $0.append(line.lossyText) } }
        )
        _ = try await state.run(LuaSource(name: "stdin", text: text))
        #expect(lines.value.joined() + "\n" == String(decoding: try StockLua.output(of: text), as: UTF8.self))
    }

    private static let draw = LuaSource(
        name: "draw",
        text: "local s = {...} for i = 1, 5 do s[#s + 1] = math.random(1000) end return table.concat(s, ' ')"
    )

    private func numbers(seed: Int64, streams: [UInt64?]) async throws -> [LuaValue] {
        let state = try LuaState(executor: LuaExecutor(), seed: seed)
        var drawn: [LuaValue] = []
        for stream in streams { drawn += try await state.run(Self.draw, randomStream: stream) }
        return drawn
    }

    @Test func `the seed of the state and the stream decide the numbers`() async throws {
        let first = try await numbers(seed: 7, streams: [1, 2, nil, nil, 1])
        #expect(try await numbers(seed: 7, streams: [1, 2, nil, nil, 1]) == first)
        #expect(Set(first).count == 4)
        #expect(first[0] == first[4])
        #expect(
            try await numbers(seed: 7, streams: [nil, 2, 1, nil, nil]).prefix(4) == [
                first[2], first[1], first[0], first[3],
            ]
        )
        #expect(Set(first).isDisjoint(with: try await numbers(seed: 8, streams: [1, 2, nil, nil])))
    }

    @Test func `calls that take turns do not disturb one another`() async throws {
        let text = """
            return function(n)
                local s = {}
                for i = 1, 20 do s[i] = math.random(1000) pause() if i == n then math.randomseed() end end
                return table.concat(s, ' ')
            end
            """
        func drawn(atOnce: Bool) async throws -> [[LuaValue]] {
            let state = try LuaState(executor: LuaExecutor(), seed: 7)
            try await state.add(
                LuaHostFunction(
                    "pause",
                    waiting: { _ in
                        if atOnce { await Task.yield() }
                        return []
                    }
                )
            )
            let values = try await state.run(LuaSource(name: "a", text: text))
            guard case .function(let function) = try #require(values.first) else { return [] }
            guard atOnce else {
                var all: [[LuaValue]] = []
                for stream in 1...3 {
                    all.append(
                        try await function.call([.integer(Int64(stream))], randomStream: UInt64(stream))
                    )
                }
                return all
            }
            async let first = function.call([1], randomStream: 1)
            async let second = function.call([2], randomStream: 2)
            async let third = function.call([3], randomStream: 3)
            return try await [first, second, third]
        }
        let expected = try await drawn(atOnce: false)
        #expect(Set(expected).count == 3)
        for _ in 1...5 { #expect(try await drawn(atOnce: true) == expected) }
    }

    @Test func `states without a seed have Lua's own functions`() async throws {
        let text =
            "math.randomseed(1) local t = setmetatable({}, {__mode = 'k'}) return math.random(10), pairs({}) == next"
        #expect(try await run(text).count == 2)
        let state = try LuaState(executor: LuaExecutor(), environment: .trusted, seed: 1)
        #expect(try await state.run(LuaSource(name: "a", text: "return pairs({}) == next")) == [true])
    }

    @Test(arguments: ["k", "v", "kv", ""])
    func `weak tables are refused`(mode: String) async throws {
        let state = try LuaState(executor: LuaExecutor(), seed: 1)
        let error = await #expect(throws: LuaError.self) {
            try await state.run(LuaSource(name: "a", text: "setmetatable({}, {__mode = '\(mode)'})"))
        }
        #expect(
            error?.description
                == "a:1: a table cannot be weak ('__mode') here: what is in it would differ from run to run"
        )
    }
}
