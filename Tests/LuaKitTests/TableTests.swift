import LuaKit
import Testing

/// What the table library answers is what Debian's lua5.4 (5.4.4) answers to the same text.
@Suite struct TableTests {
    @Test(arguments: [
        ("table.insert()", "bad argument #1 to 'insert' (table expected, got no value)"),
        ("table.insert({})", "wrong number of arguments to 'insert'"),
        ("table.insert({}, 1, 2, 3)", "wrong number of arguments to 'insert'"),
        ("table.insert({}, 2, 3)", "bad argument #2 to 'insert' (position out of bounds)"),
        ("table.remove({1, 2, 3}, 5)", "bad argument #1 to 'remove' (position out of bounds)"),
        (
            "table.move({}, 0, math.maxinteger, 1)",
            "bad argument #3 to 'move' (too many elements to move)"
        ),
        ("table.move({}, 1, 2, math.maxinteger)", "bad argument #4 to 'move' (destination wrap around)"),
        ("table.move({}, 1, 2, 3, 's')", "bad argument #5 to 'move' (table expected, got string)"),
        ("table.concat({1, {}, 3})", "invalid value (table) at index 2 in table for 'concat'"),
        ("table.concat({1, 2}, ',', 1, 4)", "invalid value (nil) at index 3 in table for 'concat'"),
        ("table.unpack({}, 1, 1e8)", "too many results to unpack"),
        ("table.unpack({}, math.mininteger, math.maxinteger)", "too many results to unpack"),
        ("table.sort({1, 'x'})", "attempt to compare string with number"),
        ("table.sort({{}, {}})", "attempt to compare two table values"),
        ("table.sort({3, 2, 1}, 1)", "bad argument #2 to 'sort' (function expected, got number)"),
        (
            "table.sort(setmetatable({}, {__len = function() return math.maxinteger end}))",
            "bad argument #1 to 'sort' (array too big)"
        ),
        (
            "table.sort(setmetatable({}, {__len = function() return 'x' end}))",
            "object length is not an integer"
        ),
        ("table.sort({1, 2, 3, 4}, function() return true end)", "invalid order function for sorting"),
    ])
    func `misuse is an error with Lua's own message`(source: String, message: String) async throws {
        let error = try #require(try await failure(of: source))
        #expect(error.message == message)
    }

    @Test(
        arguments: [
            (
                "local t = {1, 2, 3} table.insert(t, 2, 9) table.insert(t, 7) return t",
                [.array([1, 9, 2, 3, 7])]
            ),
            ("local t = {1, 2, 3} return table.remove(t), table.remove(t, 1), t", [3, 1, .array([2])]),
            (
                "return table.remove({}), table.remove({}, 1), table.remove({[0] = 'z'}, 0)",
                [.nil, .nil, "z"]
            ),
            ("return table.move({1, 2, 3}, 1, 3, 2)", [.array([1, 1, 2, 3])]),
            ("return table.move({1, 2, 3}, 2, 3, 1)", [.array([2, 3, 3])]),
            ("return table.move({1, 2, 3}, 1, 3, 2, {0})", [.array([0, 1, 2, 3])]),
            (
                "return table.concat({1, 2.5, 'x'}, ', '), table.concat({}), table.concat({1}, 'x', 2)",
                ["1, 2.5, x", "", ""]
            ),
            ("return table.unpack({1, nil, 3}, 1, 3)", [1, .nil, 3]),
            ("return table.unpack({}, math.maxinteger, math.mininteger)", []),
            ("return table.pack(nil, 2, nil).n", [3]),
            (
                "local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) return t",
                [.array([3, 2, 1])]
            ),
            (
                "local p = setmetatable({}, {__index = function(_, k) return 'v' .. k end, __len = function() return 3 end}) return table.concat(p, ' ')",
                ["v1 v2 v3"]
            ),
            (
                """
                local s = {5, 3, 1}
                local p = setmetatable({}, {__index = s, __newindex = s, __len = function() return #s end})
                table.sort(p)
                table.insert(p, 1, 0)
                return rawlen(p), s, table.remove(p, 2)
                """,
                [0, .array([0, 3, 5]), 1]
            ),
        ] as [(String, [LuaValue])]
    )
    func `tables and what stands for them are changed as the manual says`(
        source: String,
        expected: [LuaValue]
    ) async throws {
        #expect(try await run(source) == expected)
    }

    @Test(arguments: [
        "i", "-i", "i % 7", "i < 5000 and i or 10000 - i", "(i * 7919) % 10007", "i % 2 == 0 and i or -i",
        "1",
    ])
    func `sorting takes about as long for one order as for another`(element: String) async throws {
        let values = try await run(
            """
            local t, count, calls = {}, 10000, 0
            for i = 1, count do t[i] = \(element) end
            table.sort(t, function(a, b) calls = calls + 1 return a < b end)
            for i = 2, count do assert(t[i - 1] <= t[i]) end
            return calls < 40 * count
            """
        )
        #expect(values == [true])
    }

    @Test func `an order made to defeat quicksort is sorted as fast`() async throws {
        // McIlroy's adversary: values are decided while they are compared, so that each pivot is the smallest left.
        let values = try await run(
            """
            local count, calls, solid, candidate = 20000, 0, 0, 0
            local gas, value, t = count + 1, {}, {}
            for i = 1, count do t[i], value[i] = i, gas end
            table.sort(t, function(a, b)
                calls = calls + 1
                if value[a] == gas and value[b] == gas then
                    solid = solid + 1
                    value[a == candidate and a or b] = solid
                end
                if value[a] == gas then candidate = a elseif value[b] == gas then candidate = b end
                return value[a] < value[b]
            end)
            for i = 2, count do assert(value[t[i - 1]] <= value[t[i]]) end
            return calls < 80 * count
            """
        )
        #expect(values == [true])
    }
}
