import LuaKit
import Testing

/// The string functions against those of the system's Lua: each script prints what both must print.
@Suite(.enabled(if: StockLua.program != nil, "needs lua5.4")) struct StringTests {
    @Test func `patterns match as in lua5.4`() async throws {
        try await expectSame(
            """
            local subjects = {'', 'a', 'abc', 'aab', 'hello world', 'key = value', '2024-11-24', '(a(b)c)', '  trim  ',
                'a.b-c', '%d', 'x\\0y', '\\xff\\xc3\\xa9', '\\xe2\\x82', '\\xc3\\xc3\\xa9\\x80', ('a'):rep(40), '[x]', '^$', 'THE (quick) fox'}
            local patterns = {'', '.', 'a', 'a*', 'a+', 'a-', 'a?', '^a', 'a$', '^$', '^', '$', '^^', '$$', 'l+', '.-', '.-$', '%a+',
                '%s*=%s*', '(%w+)%s*=%s*(%w+)', '(%d+)-(%d+)-(%d+)', '^%s*(.-)%s*$', '()', '()a()', '(a)(b)', '((a)b)', '(.)%1',
                '(.)(.)%2%1', '%b()', '%b((', '%baa', '%f[%w]%w+', '%f[%W]', '%f[\\0]', '[a-c]+', '[^a-c]+', '[]]', '[^]]', '[]-a]',
                '[a-]', '[-a]', '[%a-z]', '[%a_][%w_]*', '[a-%]]', '[a-%%]', '%.', '%%', '%-', '[.]', '[\\0-\\x1f]', '\\0', '%z', '[%z]',
                '%x+', '%X', '%u%U', '%l%L', '%c', '%C', '%p', '%P', '%g', '%G', '%s', '%S', '%D', '%A', '%W', '%ad', '.+%s.+',
                '\\xff', '[\\x80-\\xff]+', utf8.charpattern, '.*b', 'a.-b', 'a?b', 'a*a', 'a+a?a', '*', '**', '+a', '(a*)*', 'x-y', '^*', '(()())', ')a'}
            for _, s in ipairs(subjects) do
                for _, p in ipairs(patterns) do compare(s, p) end
            end
            """
        )
    }

    @Test func `malformed patterns fail as in lua5.4, and only once a match gets there`() async throws {
        try await expectSame(
            """
            local patterns = {'%', 'a%', '[', '[a', '[^', '[]', '[^]', '[%', '[a%', '[%]', '[a-', '(', '(a', 'a)', ')', '((a)', '(a))',
                '%1', '(a)%2', '(a%1)', '%0', '(a)%0', '()%1', '%b', '%bx', '%f', '%fa', '%f[', '%f[a', 'x[', 'x%', 'x(', 'x)', 'x%1',
                ('()'):rep(32), ('()'):rep(33), ('(a)'):rep(33), ('('):rep(33), ('a?'):rep(199), ('a?'):rep(200), ('a?'):rep(250),
                ('a-'):rep(201), ('(a)'):rep(32), '^[', '^%', '[[]', '[[', ']', '[a]]'}
            for _, s in ipairs{'', 'a', 'aa', 'xa', ('a'):rep(300)} do
                for _, p in ipairs(patterns) do compare(s, p) end
            end
            """
        )
    }

    @Test(arguments: 1...4) func `random patterns match as in lua5.4`(seed: Int) async throws {
        try await expectSame(
            """
            local parts = {'a', 'b', 'c', '.', '%a', '%d', '%s', '%w', '%W', '%S', '%u', '[ab]', '[^a]', '[a-c]', '[%w_]', '[]]', '[^]]',
                '[a-]', '[a-%]]', '%.', '%%', '(', ')', '()', '%1', '%2', '%b()', '%bab', '%f[%w]', '%f[^a]', '^', '$', '*', '+', '-',
                '?', '*', '+', '-', '?', '%', '[', '\\0', ']', '[%', '%b', '%f', '(a*)', '(.-)', '%0', '[\\0-\\xff]', '[+--]', '[a-%%]'}
            local letters = {'a', 'b', 'c', 'ab', '(', ')', ' ', '1', '_', '\\0', '%', '.', ']', '-', 'aab', 'A', '\\x80', '\\xff', '(a(b)c)'}
            local function text(from, most)
                local t = {}
                for i = 1, random(most + 1) - 1 do t[i] = from[random(#from)] end
                return table.concat(t)
            end
            for _ = 1, 1000 do compare(text(letters, 8), text(parts, 6), random(3) == 1 and random(20) - 10 or nil) end
            """,
            seed: seed
        )
    }

    @Test func `positions, plain searches and long subjects are as in lua5.4`() async throws {
        try await expectSame(
            """
            local limits = {math.mininteger, -100, -4, -3, -1, 0, 1, 2, 3, 4, 5, 100, math.maxinteger}
            for _, i in ipairs(limits) do
                for _, s in ipairs{'', 'abc'} do
                    for _, p in ipairs{'', 'b', '.', 'c$', '^b', 'abc', 'abcd', '%'} do compare(s, p, i) end
                end
            end
            for _, p in ipairs{'a.b', '.', '%', '', '\\0', '(', 'abc', '[a'} do show('plain', 'find', 'a.b\\0%(abc', p, 1, true) end
            local long = ('abcdefghij'):rep(100000) .. 'END'
            show('long', 'find', long, 'END', 1, true)
            show('long', 'find', long, 'jE')
            show('long', 'find', long, '[A-Z]+$')
            show('long', 'match', long, '.*([A-Z])')
            show('long', 'match', long, 'j(%u+)')
            show('long', 'find', long, '^.-END$')
            show('long', 'find', long, 'Z')
            for _, r in ipairs{'<%0>', ''} do
                local text, count = long:gsub('[aeiou]', r)
                show('long', 'sub', text, 1, 50)
                show('long', 'sub', text, -50)
                print(#text, count)
            end
            local set = '[' .. ('abc'):rep(1000) .. ']'
            show('long', 'match', 'xxabcxx', set .. '+')
            show('long', 'match', ('x'):rep(100) .. 'abc', ('x'):rep(100) .. '(' .. set .. ')')
            """
        )
    }

    @Test func `gsub replaces as in lua5.4`() async throws {
        try await expectSame(
            """
            local replacements = {'', 'x', '%0%0', '%1', '<%1>', '%2', '%9', '%%', '%', 'a%', '%x', '%\\0', 'a\\0b', 5, 1.5, {}, {a = 'X', b = false},
                {a = 1}, {a = {}}, {[1] = 'one'}, function() end, function() return false end, function() return true end,
                function(...) return select('#', ...) .. ':' .. tostring((...)) end, function() return {} end, function() return 'x', 'y' end,
                function() error('from inside', 0) end, setmetatable({}, {__index = function(_, k) return k .. k end}), string.upper, tostring}
            for _, s in ipairs{'', 'a', 'abc', 'abab', 'a\\0a'} do
                for _, p in ipairs{'', 'a', '(a)', '()a', '(a)(b)', '.', '^a', '^', '$', 'b*', '(a', '%w+'} do
                    for i, r in ipairs(replacements) do
                        for _, n in ipairs{-1, 0, 1, 2, false} do show(i, 'gsub', s, p, r, n or nil) end
                    end
                end
            end
            show('type', 'gsub', 'a', 'a', nil)
            show('type', 'gsub', 'a', 'a', true)
            show('type', 'gsub', 'a', 'a', print, 'x')
            show('type', 'gsub', 'a', 'a', 'b', 1.5)
            for _, name in ipairs{'find', 'match', 'gmatch', 'gsub', 'rep', 'format'} do
                show('none', name) show('one', name, 'a') show('table', name, {}, {}) show('number', name, 12, 2, 3)
            end
            print(pcall(function() return ('x'):gsub('x', true) end))
            print(pcall(function() return ('x'):rep({}) end))
            print(pcall(function() return ('x'):find('[') end))
            """
        )
    }

    @Test func `format is as in lua5.4`() async throws {
        try await expectSame(
            """
            local flags = {'', '-', '+', '#', '0', ' ', '-+ #0', '00', '--'}
            local sizes = {'', '5', '20', '99', '100', '.', '.3', '.20', '.99', '.100', '5.2', '99.99', '5.5.5', '.-3', '5 ', '..'}
            local values = {0, 37, -1, 1.5, -0.0, 1e308, 1/0, -1/0, math.mininteger, 2^53, 'text', '12', '0x10', 'a\\0b', ('y'):rep(120), true}
            for _, flag in ipairs(flags) do
                for _, size in ipairs(sizes) do
                    for letter in ('cdiuoxXaAeEfFgGsqyl'):gmatch('.') do
                        local value = values[random(#values)]
                        show(letter, 'format', '[%' .. flag .. size .. letter .. ']', value)
                    end
                end
            end
            for _, value in ipairs(values) do
                for letter in ('cdiuoxXaAeEfFgGsq'):gmatch('.') do show(letter, 'format', '%' .. letter, value) end
            end
            local bytes = {}
            for byte = 0, 255 do bytes[#bytes + 1] = string.char(byte) .. (byte % 2 == 0 and '7' or 'x') end
            show('q', 'format', '%q', table.concat(bytes))
            for _, value in ipairs{0.1, 1.0, 0/0, math.maxinteger, false, {}, print} do show('q', 'format', '%q', value) end
            show('q', 'format', '%q', nil)
            show('none', 'format', '%') show('none', 'format', '%d') show('none', 'format', '%', 1) show('none', 'format', '%5', 1)
            show('none', 'format', '%%%%') show('none', 'format', 'a\\0%s\\0', 'b\\0') show('none', 'format', '%d%s', 1)
            show('none', 'format', '%\\0d', 1) show('none', 'format', '%' .. ('0'):rep(20) .. 'd', 1) show('none', 'format', '%' .. ('0'):rep(19) .. 'd', 1)
            show('meta', 'format', '%s|%10s|%.2s', setmetatable({}, {__tostring = function() return 'shown' end}), nil, true)
            show('meta', 'format', '%s', setmetatable({}, {__tostring = function() return 1 end}))
            """
        )
    }

    @Test func `rep is as in lua5.4`() async throws {
        try await expectSame(
            """
            for _, s in ipairs{'', 'x', 'abc', 'a\\0'} do
                for _, n in ipairs{-1, 0, 1, 2, 7, 1000, 1.5, '3', 'x', {}} do
                    for _, separator in ipairs{false, '', ',', 'long'} do
                        if separator then show('rep', 'rep', s, n, separator) else show('rep', 'rep', s, n) end
                    end
                end
            end
            show('rep', 'rep', 'x', 1 << 31) show('rep', 'rep', 'ab', 1 << 62) show('rep', 'rep', 'ab', math.maxinteger, 'c')
            local long = ('ab'):rep(1234567, 'xyz')
            print(#long, long == ('abxyz'):rep(1234566) .. 'ab')
            """
        )
    }

    /// Runs a text in the sandbox and with `lua5.4`, and expects both to print the same.
    private func expectSame(_ text: String, seed: Int = 1) async throws {
        let whole = Self.preamble + "for _ = 1, \(seed) do state = random(1 << 14) * 65537 end\n" + text
        let lines = Box<[LuaBytes]>([])
        let state = try LuaState(
            executor: LuaExecutor(),
            limits: LuaLimits(memoryBytes: 256 << 20, outputBytes: 256 << 20),
            output: { line in lines.update { $0.append(line) } }
        )
        _ = try await state.run(LuaSource(name: "stdin", text: whole))
        let ours = lines.value.map(\.bytes)
        let stock = try StockLua.output(of: whole).split(separator: UInt8(ascii: "\n")).map(Array.init)
        #expect(ours.count == stock.count)
        let difference = zip(ours, stock).first { $0 != $1 }
            .map { (ours: String(decoding: $0, as: UTF8.self), stock: String(decoding: $1, as: UTF8.self)) }
        #expect(difference == nil)
    }

    /// `show` prints a call and what it answers, `compare` one of each function that takes a pattern; in printable
    /// characters, without the functions that are compared.
    private static let preamble = #"""
        local function literal(v)
            if type(v) == 'table' or type(v) == 'function' then return type(v) end
            if type(v) ~= 'string' then return tostring(v) end
            local t = {}
            for i = 1, #v < 300 and #v or 300 do
                local byte = v:byte(i)
                t[i] = byte >= 32 and byte < 127 and v:sub(i, i) or '<' .. byte .. '>'
            end
            return '"' .. table.concat(t) .. '"' .. #v
        end
        local function line(...)
            local t = table.pack(...)
            for i = 1, t.n do t[i] = literal(t[i]) end
            return table.concat(t, ' ')
        end
        local function show(title, name, ...)
            print(title, name, line(...), '->', line(pcall(string[name], ...)))
        end
        local state = 12345
        local function random(n)
            state = (state * 1103515245 + 12345) % 2147483648
            return state // 65536 % n + 1
        end
        local function all(s, p, i)
            local t = {}
            for a, b in string.gmatch(s, p, i) do
                t[#t + 1] = line(a, b)
                if #t > 60 then break end
            end
            return table.concat(t, ';')
        end
        local function compare(s, p, i)
            show('pattern', 'find', s, p, i)
            show('pattern', 'match', s, p, i)
            show('pattern', 'gsub', s, p, '<%0>')
            print('gmatch', line(s, p, i), line(pcall(all, s, p, i)))
        end

        """#
}
