import Foundation
import LuaKit
import Testing

/// `pairs` and `next` of deterministic states.
@Suite(.timeLimit(.minutes(5 * patience))) struct OrderTests {
    private func run(_ text: String, _ arguments: [LuaValue] = [], limits: LuaLimits = LuaLimits())
        async throws
        -> [LuaValue]
    {
        let state = try LuaState(executor: LuaExecutor(), limits: limits, seed: 1)
        return try await state.run(LuaSource(name: "test.lua", text: text), arguments: arguments)
    }

    private func failure(of text: String, limits: LuaLimits = LuaLimits()) async -> LuaError? {
        await #expect(throws: LuaError.self) { try await run(text, limits: limits) }
    }

    // MARK: The order

    /// Ways to go through a table `t` that answer its keys as a list.
    static let loops = [
        "for k, v in pairs(t) do assert(rawequal(t[k], v)) keys[#keys + 1] = k end",
        "for k, v in next, t do assert(rawequal(t[k], v)) keys[#keys + 1] = k end",
        "local k = next(t) while k ~= nil do keys[#keys + 1] = k k = next(t, k) end",
        "local f, s, k = pairs(t) k = f(s, k) while k ~= nil do keys[#keys + 1] = k k = f(s, k) end",
        "for k in pairs(t) do for j in pairs(t) do if j == k then keys[#keys + 1] = j break end end end",
        "for k in next, t do for j in next, t do if j == k then keys[#keys + 1] = j break end end end",
        "for k in pairs(t) do t[k] = 'assigned' keys[#keys + 1] = k assert(next(t) ~= nil) end",
        "for k in pairs(t) do t[k] = nil keys[#keys + 1] = k end assert(next(t) == nil)",
        "for k in next, t do t[k] = nil keys[#keys + 1] = k end assert(next(t) == nil)",
        "for k in next, t do assert(next(t) ~= nil) keys[#keys + 1] = k end",
        "for k in coroutine.wrap(function() for k in pairs(t) do coroutine.yield(k) end end) do keys[#keys + 1] = k end",
    ]

    @Test(arguments: loops)
    func `every way through a table follows the order`(loop: String) async throws {
        let text = """
            local n = {}
            local t = {'a', 'b', 'c', [5] = 0, [6] = 0, [0] = 0, [-1] = 0, [0.5] = 0, [2^53] = 0, [-2^70] = 0,
                [math.huge] = 0, [-math.huge] = 0, [1e300] = 0, [math.maxinteger] = 0, [math.mininteger] = 0,
                [2.5] = 0, [-2.5] = 0, [''] = 0, a = 0, aa = 0, ['a\\0'] = 0, ['a\\0b'] = 0, ['\\255'] = 0,
                ['1'] = 0, abcdefgh = 0, abcdefghi = 0, ABCDEFGH = 0, abcdefg = 0, ['ä'] = 0,
                [('x'):rep(100)] = 0, [('x'):rep(100) .. 'y'] = 0, [false] = 0, [true] = 0, [n] = 0}
            local keys = {}
            \(loop)
            assert(rawequal(table.remove(keys), n))
            return table.unpack(keys)
            """
        let strings = [
            "", "1", "ABCDEFGH", "a", "a\0", "a\0b", "aa", "abcdefg", "abcdefgh", "abcdefghi",
            String(repeating: "x", count: 100), String(repeating: "x", count: 100) + "y", "ä",
        ]
        let numbers: [LuaValue] = [
            .number(-.infinity), .number(-0x1p70), .integer(.min), -2.5, -1, 0, 0.5, 2.5, 1e300,
            .number(.infinity),
        ]
        var expected: [LuaValue] = [1, 2, 3, 5, 6, .integer(1 << 53), .integer(.max)]
        expected += numbers
        expected += strings.map { .string(LuaBytes(Array($0.utf8))) }
        expected += [.string(LuaBytes([255])), false, true]
        #expect(try await run(text) == expected)
    }

    /// What the order is, once more in Swift.
    private static func isBefore(_ a: LuaValue, _ b: LuaValue) -> Bool {
        func rank(_ key: LuaValue) -> Int {
            switch key {
            case .integer(let integer) where integer > 0: 0
            case .integer, .number: 1
            case .string: 2
            case .boolean(let flag): flag ? 4 : 3
            default: 5
            }
        }
        func isLess(_ a: LuaValue, _ b: LuaValue) -> Bool {
            switch (a, b) {
            case (.integer(let a), .integer(let b)): a < b
            case (.integer(let a), .number(let b)): Decimal(a) < Decimal(b)
            case (.number(let a), .integer(let b)): Decimal(a) < Decimal(b)
            case (.number(let a), .number(let b)): a < b
            case (.string(let a), .string(let b)): a.bytes.lexicographicallyPrecedes(b.bytes)
            default: false
            }
        }
        return rank(a) == rank(b) ? isLess(a, b) : rank(a) < rank(b)
    }

    private static func key(_ random: inout Numbers) -> LuaValue {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: return .integer(.random(in: 1...12, using: &random))
        case 3: return .integer(.random(in: -20...200, using: &random))
        case 4: return .number(Double(Int.random(in: -50...50, using: &random)) + 0.25)
        case 5: return .boolean(.random(using: &random))
        default:
            let count = Int.random(in: 0...20, using: &random)
            return .string(
                LuaBytes((0..<count).map { _ in [0, 97, 98, 255].randomElement(using: &random) ?? 0 })
            )
        }
    }

    @Test(arguments: 1...40)
    func `tables of all kinds of keys have the order of a model`(seed: UInt64) async throws {
        var random = Numbers(state: seed)
        var table = LuaTableValue()
        for _ in 0..<Int.random(in: 0...300, using: &random) { table.fields[Self.key(&random)] = true }
        let keys = table.fields.keys.sorted(by: Self.isBefore)
        for loop in Self.loops {
            let text = "local t = ... local keys = {} \(loop) return keys"
            let found = try await run(text, [.table(table)])
            #expect(found == [.table(LuaTableValue(items: keys))] || keys.isEmpty, "\(loop)")
        }
        let cleared = """
            local t, seen = ..., {}
            for k in pairs(t) do
                seen[#seen + 1] = k
                for other in next, t do if #seen % 3 == 0 and other ~= k then t[other] = nil break end end
            end
            local place = {}
            for index, k in ipairs(seen) do assert(place[k] == nil) place[k] = index end
            for k in pairs(t) do assert(place[k]) end
            return #seen
            """
        let count = try await run(cleared, [.table(table)])
        #expect(count.count == 1)
    }

    /// Lua mixes addresses into the hashes of strings, so that its own order differs from state to state.
    @Test func `string keys have one order in every state`() async throws {
        let text = """
            local t = {}
            for i = 1, 1000 do t['key' .. i * 7919 % 100003] = i end
            local order = {}
            for k in pairs(t) do order[#order + 1] = k end
            return table.concat(order, ' ')
            """
        let expected = (1...1000).map { "key\($0 * 7919 % 100_003)" }.sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        var states: [LuaState] = []
        for seed in 1...20 {
            let state = try LuaState(executor: LuaExecutor(), seed: Int64(seed))
            #expect(
                try await state.run(LuaSource(name: "a", text: text)) == [
                    .string(expected.joined(separator: " "))
                ]
            )
            states.append(state)
        }
    }

    // MARK: Keys without an order

    private static let refusal =
        "2 keys of a table are tables, functions or the like, and have no order that is the same in every run; "
        + "keep them in a list beside the table and iterate that"

    @Test(arguments: [
        "for k in pairs({[{}] = 1, [print] = 2}) do end",
        "next({[{}] = 1, [coroutine.create(print)] = 2})",
        "local t = {1, [{}] = 1, [{}] = 2} next(t, 1)",
        "local t = {a = 1, [{}] = 1, [{}] = 2} next(t, 'a')",
        "local n = {} next({[n] = 1, [{}] = 2}, n)",
    ])
    func `keys without an order are refused`(text: String) async throws {
        let error = await failure(of: text)
        #expect(error?.message == Self.refusal)
    }

    @Test func `one key without an order comes last`() async throws {
        let text = """
            local n, t = {}, {}
            t[n], t.a, t[true] = 1, 2, 3
            local keys = {}
            for k in pairs(t) do keys[#keys + 1] = k end
            return #keys, keys[3] == n, next({[n] = 1}) == n, next({[n] = 1}, n)
            """
        #expect(try await run(text) == [3, true, true, .nil])
    }
}

/// Numbers that a seed decides.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
