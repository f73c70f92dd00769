import LuaKit
import Testing

/// What else a script could tell one process from another by.
@Suite(.timeLimit(.minutes(5 * patience))) struct DeterminismTests {
    @Test(arguments: [
        "return tostring({}), tostring(print), tostring({}), tostring(coroutine.create(print))",
        "local t = {} return tostring(t), string.format('%s %5.1f', t, 2.5), pcall(string.format, '%p', t)",
        "return pcall(error, {}) , select('#', pcall(error)), pcall(function() return {} .. 'x' end)",
        "return tostring(nil), tostring(0/0), tostring(-0.0), 2^63, math.pi, 1e15, 10 // 0.0, -7 % 3",
        "return collectgarbage, os, io, debug, package, dofile",
        """
        local t = {}
        for i = 1, 200 do t[i] = i * 7919 % 211 end
        local ok, e = pcall(table.sort, t, function(a, b) return (a * b) % 3 == 0 end)
        return ok, e, table.concat(t, ' ')
        """,
        """
        local t = {}
        for i = 1, 200 do t[i] = math.random(1000) end
        local ok, e = pcall(table.sort, t, function(a, b) return math.random() < 0.5 end)
        return ok, e, table.concat(t, ' ')
        """,
        """
        local words, lines = {}, {}
        for w in ('the quick brown fox jumps over the lazy dog and the cat'):gmatch('%a+') do
            words[w] = (words[w] or 0) + 1
        end
        for w, n in pairs(words) do lines[#lines + 1] = w .. n end
        return table.concat(lines, ' '), next(words), #lines
        """,
        "local names = {} for k in pairs(_G) do names[#names + 1] = k end return table.concat(names, ' ')",
        "local s = {} for i = 1, 20 do s[i] = math.random(i) end return table.concat(s, ' '), math.randomseed()",
    ])
    func `a script takes the same way in every state`(text: String) async throws {
        var states: [LuaState] = []
        var results: Set<[LuaValue]> = []
        for _ in 1...10 {
            let state = try LuaState(executor: LuaExecutor(), seed: 3)
            results.insert(try await state.run(LuaSource(name: "a", text: text), randomStream: 5))
            states.append(state)
        }
        #expect(results.count == 1)
    }

    @Test func `the members of a module have an order`() async throws {
        let functions = ["c", "a", "b"].map { LuaHostFunction($0, values: { $0 }) }
        let state = try LuaState(executor: LuaExecutor(), seed: 3)
        try await state.add(LuaModule("tools", functions: functions, constants: ["d": 1, "B": 2]))
        let text = """
            local names = {}
            for name, member in pairs(tools) do assert(tools[name] == member) names[#names + 1] = name end
            return table.concat(names, ' ')
            """
        #expect(try await state.run(LuaSource(name: "a", text: text)) == ["B a b c d"])
    }

    @Test func `the host goes through a table in the same order`() async throws {
        let state = try LuaState(executor: LuaExecutor(), seed: 3)
        let values = LuaTableValue(items: ["x", "y"], fields: ["b": 1, "a": 2, true: 3, -1: 4, 0.5: 5])
        let table = try await state.makeTable(values)
        var keys: [LuaValue] = []
        while let element = try await table.next(after: keys.last ?? .nil) { keys.append(element.key) }
        #expect(keys == [1, 2, -1, 0.5, "a", "b", true])
    }

    @Test func `the order of keys does not depend on what was in the table before`() async throws {
        let text = """
            local t = {}
            for i = 1, 500 do t['x' .. i] = i t[i] = i end
            for i = 1, 500 do t['x' .. i] = nil t[i] = nil end
            t.b, t.a, t[3], t[1] = 1, 2, 3, 4
            local keys = {}
            for k in pairs(t) do keys[#keys + 1] = k end
            return table.unpack(keys)
            """
        let state = try LuaState(executor: LuaExecutor(), seed: 3)
        #expect(try await state.run(LuaSource(name: "a", text: text)) == [1, 3, "a", "b"])
    }
}
