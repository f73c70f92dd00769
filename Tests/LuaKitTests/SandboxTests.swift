import LuaKit
import Testing

@Suite struct SandboxTests {
    /// More values than fit beside those of a caller that has some of its own.
    private static let many = """
        local t = {} for i = 1, 999000 do t[i] = i end
        local function beside(f, ...) local a, b = f() return a, b end
        local function call(f) return beside(f, table.unpack(t, 1, 2000)) end
        local co = coroutine.create(function() return table.unpack(t) end)

        """

    @Test func `the environment has what the allow list has and nothing else`() async throws {
        let values = try await run(
            """
            local function names(t) local n = {} for k in pairs(t) do n[#n + 1] = k end table.sort(n) return table.concat(n, ' ') end
            return names(_G), names(string), names(table), names(coroutine), names(utf8)
            """
        )
        #expect(
            values == [
                """
                _G _VERSION assert coroutine error getmetatable ipairs load math next pairs pcall print rawequal rawget rawlen \
                rawset require select setmetatable string table tonumber tostring type utf8 xpcall
                """,
                "byte char find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper",
                "concat insert move pack remove sort unpack",
                "close create isyieldable resume running status wrap yield",
                "char charpattern codepoint codes len offset",
            ]
        )
    }

    @Test(arguments: [
        ("return load('\\27Lua')", [LuaValue.nil, "attempt to load a binary chunk (mode is 't')"]),
        ("return load('return 1', 'x', 'b')", [.nil, "attempt to load a text chunk (mode is 'b')"]),
        ("return load('return 1', 'x', 't')()", [1]),
        ("return load(function() return nil end)()", []),
        ("local n = 0 return load(function() n = n + 1 return ({'return ', '4', '2'})[n] end)()", [42]),
        ("return load('return x', 'x', 't', {x = 5})()", [5]),
        (
            "return load(function() return true end, '=x')",
            [.nil, "test.lua:1: reader function must return a string"]
        ),
        (
            "return pcall(load, function() return true end)",
            [true, .nil, "reader function must return a string"]
        ),
        ("return load(function() error('oops', 0) end)", [.nil, "oops"]),
        ("return load(function() error(17) end)", [.nil, 17]),
        (
            "local n = 0 return load(function() n = n + 1 if n == 2 then error('late', 0) end return 'x' end)",
            [.nil, "late"]
        ),
        ("local n = 0 return load(function() n = n + 1 return ({'return ', 5})[n] end)()", [5]),
        ("return pcall(load, {})", [false, "bad argument #1 to 'load' (function expected, got table)"]),
        ("return load('= 1', '=name')", [.nil, "name:1: unexpected symbol near '='"]),
        ("return getmetatable('')", [false]),
        (
            "return pcall(setmetatable, {}, {__gc = print})",
            [false, "a script cannot have finalizers ('__gc'); use a '<close>' variable"]
        ),
        ("return pcall(require, 'os')", [false, "module 'os' not found"]),
        ("return require('string') == string", [true]),
        ("return (''):rep(math.maxinteger), ('ab'):rep(3, ','), ('x'):rep(-1)", ["", "ab,ab,ab", ""]),
        (
            "return tostring(print):match('^function: %d+$') ~= nil, tostring({}) == tostring({})",
            [true, false]
        ),
        (
            "local t = {} return tostring(t) == tostring(t), tostring(nil), tostring(1.0), tostring('x')",
            [true, "nil", "1.0", "x"]
        ),
        ("return pcall(coroutine.yield)", [false, "attempt to yield from outside a coroutine"]),
        ("return coroutine.isyieldable(), select(2, coroutine.running())", [false, true]),
        (
            "return coroutine.wrap(function() return coroutine.isyieldable(), select(2, coroutine.running()) end)()",
            [true, false]
        ),
        ("return coroutine.resume(coroutine.create(function(...) return ..., 'r' end), 1)", [true, 1, "r"]),
        ("local co = coroutine.create(error) return coroutine.resume(co, 'e')", [false, "e"]),
        (
            "local co = coroutine.create(function() end) coroutine.resume(co) return coroutine.resume(co)",
            [false, "cannot resume dead coroutine"]
        ),
        (
            "local co co = coroutine.create(function() return coroutine.resume(co) end) return select(2, coroutine.resume(co))",
            [false, "cannot resume non-suspended coroutine"]
        ),
        (
            many
                + "local a, b = call(function() return coroutine.resume(co) end) return a, b, coroutine.status(co)",
            [false, "too many results to resume", "dead"]
        ),
        (
            many
                + "return call(function() return pcall(coroutine.wrap(function() return table.unpack(t) end)) end)",
            [false, "too many results to resume"]
        ),
        (
            many + """
                local co = coroutine.create(function() coroutine.yield(table.unpack(t)) return 7 end)
                local a, b = call(function() return coroutine.resume(co) end) return a, b, coroutine.resume(co)
                """, [false, "too many results to resume", true, 7]
        ),
        ("return pcall(coroutine.wrap(function() error('e') end))", [false, "test.lua:1: e"]),
        ("return pcall(coroutine.wrap(function() error({1}) end))", [false, .array([1])]),
        (
            "local co = coroutine.create(coroutine.yield) coroutine.resume(co) return coroutine.close(co), coroutine.status(co)",
            [true, "dead"]
        ),
        ("return xpcall(error, function(m) return 'handled ' .. m end, 'x')", [false, "handled x"]),
        ("return xpcall(function(...) return select('#', ...) end, print, 1, nil)", [true, 2]),
        ("return pcall(pcall)", [false, "bad argument #1 to 'pcall' (value expected)"]),
    ])
    func `base functions behave as the manual says`(source: String, expected: [LuaValue]) async throws {
        #expect(try await run(source) == expected)
    }

    @Test func `a chain of coroutines that close one another is refused`() async throws {
        let source = """
            local c = false
            for i = 1, 20000 do
                local p = c
                c = coroutine.create(function()
                    local x <close> = setmetatable({}, {__close = function() if p then assert(coroutine.close(p)) end end})
                    coroutine.yield()
                end)
                coroutine.resume(c)
            end
            return coroutine.close(c)
            """
        let values = try await run(source)
        #expect(values.first == false)
    }

    @Test func `a text of the size of a large table's keys is no table`() async throws {
        let text = "local n = 0 for k = 17, 20 do n = n + #('x'):rep(24 << k) end return n"
        #expect(try await run(text) == [.integer(24 * (15 << 17))])
    }

    @Test func `printed lines reach the host`() async throws {
        let lines = Box<[LuaBytes]>([])
        let state = try LuaState(
            executor: LuaExecutor(),
            output: { line in lines.update { $0.append(line) } }
        )
        _ = try await state.run(
            LuaSource(name: "a", text: "print('a', 1, nil, 2.5) print() print('\\0\\xff')")
        )
        #expect(lines.value == ["a\t1\tnil\t2.5", "", LuaBytes([0, 0xff])])
    }

    @Test func `null stands in tables and is told from nil`() async throws {
        let values = try await run(
            "local t = ... return t.a == nil, #t, tostring(t[1]), t",
            [.array([.null, 1])]
        )
        #expect(values == [true, 2, "null", .array([.null, 1])])
    }
}
