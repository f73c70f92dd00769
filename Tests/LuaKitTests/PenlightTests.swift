import LuaKit
import Testing

/// Penlight's modules that need neither files nor `debug`.
@Suite(
    .timeLimit(.minutes(5 * patience)),
    .enabled(if: PureLua.isInstalled("pl.List", "pl.template"), "needs the package lua-penlight")
)
struct PenlightTests {
    @Test(
        arguments: [
            (
                "local List = require('pl.List') local l = List{3, 1, 2} l:sort() l:append(9):extend({4, 4}) return tostring(l), l:map('*', 2):reduce('+'), l:index(9), tostring(l:slice(2, -2)), l:contains(4)",
                ["{1,2,3,9,4,4}", 46, 4, "{2,3,9,4}", true]
            ),
            (
                "local x = require('pl.tablex') return x.deepcompare({1, {a = 2}}, x.deepcopy({1, {a = 2}})), x.map(function(v) return v + 1 end, {1, 2}), x.filter({1, 2, 3, 4}, function(v) return v % 2 == 0 end), x.size({a = 1, b = 2}), x.find({'a', 'b'}, 'b')",
                [true, .array([2, 3]), .array([2, 4]), 2, 2]
            ),
            (
                "local s = require('pl.stringx') return s.strip('  x '), s.split('a,b,c', ','):concat('-'), s.startswith('abc', 'ab'), s.center('x', 5, '*'), s.replace('aaa', 'a', 'b', 2), s.title('the end'), s.partition('a=b', '=')",
                ["x", "a-b-c", true, "**x**", "bba", "The End", "a", "=", "b"]
            ),
            (
                "local pretty = require('pl.pretty') return pretty.write({1, 2, x = {y = 'z'}}, ''), pretty.write('a\\nb'), pretty.number(123456, 'N', 1), pretty.read('{1, 2, {a = \"b\"}}')",
                [
                    "{1,2,x={y=\"z\"}}", "[[a\nb]]", "123.5K",
                    .array([1, 2, .record(["a": "b"])]),
                ]
            ),
            (
                """
                local class = require("pl.class")
                local Animal = class() function Animal:_init(name) self.name = name end
                function Animal:__tostring() return self.name .. ": " .. self:speak() end
                local Dog = class(Animal) function Dog:speak() return "bark" end
                local dog = Dog("Fido")
                return tostring(dog), dog:is_a(Animal), Animal:class_of(dog), Dog:class_of(Animal("x"))
                """, ["Fido: bark", true, true, false]
            ),
            (
                """
                local template = require("pl.template")
                local text = template.substitute([[
                # for i, name in ipairs(names) do
                $(i). $(name:upper())
                # end
                ]], {names = {"one", "two"}, ipairs = ipairs})
                return text
                """, ["1. ONE\n2. TWO\n"]
            ),
            (
                "local Set = require('pl.Set') local Map = require('pl.Map') local s = Set{1, 2} * Set{2, 3} return Set.len(s), s[2], Map({a = 1}):get('a'), tostring(require('pl.OrderedMap')({{a = 1}, {b = 2}}))",
                [1, true, 1, "{a=1,b=2}"]
            ),
            (
                "local seq = require('pl.seq') return seq.sum(seq.range(1, 10)), seq.copy2(seq.zip({1, 2}, {3, 4}))[2][2], seq({1, 2, 3}):map('+', 1):sum()",
                [55, 4, 9, 3]
            ),
            (
                "local lexer = require('pl.lexer') local kinds = {} for kind in lexer.lua('local x = 1.5 -- y', {space = true}) do kinds[#kinds + 1] = kind end return table.concat(kinds, ' ')",
                ["keyword iden = number - - iden"]
            ),
            (
                "local func = require('pl.func') local _ = func._1 local f = func.I(_ * 2 + 1) return f(4), require('pl.operator').add(1, 2), require('pl.types').is_callable(print), require('pl.text').dedent('  a\\n  b')",
                [9, 3, true, "a\nb\n"]
            ),
            (
                "local sip = require('pl.sip') local r = {} return sip.match('$v{name} = $i{n}', 'x = 12', r), r.name, r.n",
                [true, "x", 12]
            ),
            (
                "local xml = require('pl.xml') local d = xml.parse('<a x=\"1\"><b>text</b></a>') return d.tag, d.attr.x, d:child_with_name('b'):get_text(), xml.tostring(d)",
                ["a", "1", "text", "<a x='1'><b>text</b></a>"]
            ),
            (
                "local url = require('pl.url') local p = require('pl.permute') local n = 0 for _ in p.iter({1, 2, 3}) do n = n + 1 end return url.quote('a b&c'), url.unquote('a%20b'), n, require('pl.array2d').flatten({{1, 2}, {3}})",
                ["a%20b%26c", "a b", 6, .array([1, 2, 3])]
            ),
            (
                "return require('pl.luabalanced').match_expression('(1 + 2) * 3 x')",
                ["(1 + 2) * 3 ", 13]
            ),
        ] as [(String, [LuaValue])]
    )
    func `penlight does what its manual says`(text: String, expected: [LuaValue]) async throws {
        #expect(try await PureLua.run(text, after: PureLua.world).values == expected)
    }
}
