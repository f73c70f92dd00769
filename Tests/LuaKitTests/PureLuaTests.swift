import LuaKit
import Testing

/// Libraries in pure Lua do in the sandbox what they do elsewhere.
@Suite(.timeLimit(.minutes(5 * patience))) struct PureLuaTests {
    @Test(.enabled(if: PureLua.isInstalled("inspect"), "needs the package lua-inspect"))
    func `inspect writes nested tables`() async throws {
        let text = """
            local inspect = require("inspect")
            local cyclic = {1, "two", {three = 3.5, [true] = {}}, key = "a 'b' \\"c\\"\\n"}
            cyclic.self = cyclic
            return inspect(cyclic), inspect(print):match("^<function"), inspect(setmetatable({}, {__index = 1})),
                inspect({a = {b = {c = 1}}}, {depth = 2, newline = " ", indent = ""}),
                inspect({1, 2, secret = 3}, {process = function(v, path) if path[1] ~= "secret" then return v end end})
            """
        let expected = """
            <1>{ 1, "two", {
                [true] = {},
                three = 3.5
              },
              key = "a 'b' \\"c\\"\\n",
              self = <table 1>
            }
            """
        let metatable = """
            {
              <metatable> = {
                __index = 1
              }
            }
            """
        let values = try await PureLua.run(text).values
        #expect(
            values == [
                .string(expected), "<function", .string(metatable), "{ a = { b = {...} } }", "{ 1, 2 }",
            ]
        )
    }

    @Test(.enabled(if: PureLua.isInstalled("dkjson"), "needs the package lua-dkjson"))
    func `dkjson encodes what it decodes, and decodes what it encodes`() async throws {
        let text = #"""
            local json = require("dkjson")
            local texts = {
                '{"a":[1,2.5,-3e+20],"b":{"c":"\\"\\\\\\n\\u00e9\\u20ac"},"d":[],"e":true,"f":null}', '[]', '{}', '"x"', '[[[[1]]]]',
            }
            local results = {}
            for i, text in ipairs(texts) do
                local value, position, problem = json.decode(text, 1, json.null)
                assert(not problem, problem)
                local again = json.encode(value, {keyorder = {"a", "b", "d", "e", "f"}})
                assert(again == json.encode(json.decode(again, 1, json.null), {keyorder = {"a", "b", "d", "e", "f"}}))
                results[i] = again
            end
            local _, position, problem = json.decode('{"a":}')
            local ok, refusal = pcall(json.encode, {print})
            return results, position, problem, ok, json.encode({1, {x = {}}}, {indent = true})
            """#
        let (values, _) = try await PureLua.run(text)
        #expect(
            values == [
                .array([
                    #"{"a":[1,2.5,-3e+20],"b":{"c":"\"\\\né€"},"d":[],"e":true,"f":null}"#, "[]", "{}",
                    #""x""#,
                    "[[[[1]]]]",
                ]),
                6, "no valid JSON value at line 1, column 6", false, "[1,{\n    \"x\":[]\n  }]",
            ]
        )
    }

    @Test(.enabled(if: PureLua.isInstalled("json"), "needs the package lua-json"))
    func `a library that needs one in C says so`() async throws {
        let values = try await PureLua.run("return pcall(require, 'json')", after: PureLua.world).values
        #expect(values.first == false)
        #expect(values.last?.text?.hasSuffix("module 'lpeg' not found") == true)
    }

    @Test(.enabled(if: PureLua.isInstalled("luaunit"), "needs the package lua-unit"))
    func `luaunit runs a set of tests and reports what passes and what fails`() async throws {
        let text = """
            local lu = require("luaunit")
            TestEqual = {}
            function TestEqual:setUp() self.value = {1, {2, "x"}} end
            function TestEqual:test_tables() lu.assertEquals(self.value, {1, {2, "x"}}) end
            function TestEqual:test_numbers() lu.assertAlmostEquals(0.1 + 0.2, 0.3, 1e-12) lu.assertIsNaN(0 / 0) end
            function TestEqual:test_errors()
                lu.assertErrorMsgContains("went wrong", function() error("it went wrong") end)
                lu.assertError(error) lu.assertErrorMsgEquals({code = 7}, error, {code = 7})
            end
            function TestEqual:test_strings() lu.assertStrMatches("abc 12", "%a+ %d+") lu.assertNotStrContains("a", "b") end
            function TestEqual:test_kinds() lu.assertIsCoroutine(coroutine.create(print)) lu.assertItemsEquals({1, 2}, {2, 1}) end
            function TestEqual:test_fails() lu.assertEquals({1, 2, 3}, {1, 2, 4}) end
            function TestEqual:test_breaks() local x = nil + 1 end
            function TestEqual:test_skips() lu.skip("not today") end
            local runner = lu.LuaUnit.new()
            runner:setOutputType("tap")
            local failures = runner:runSuite()
            return failures, runner.result.successCount, runner.result.failureCount, runner.result.errorCount, runner.result.skippedCount
            """
        let (values, lines) = try await PureLua.run(text, after: PureLua.world)
        #expect(values == [2, 5, 1, 1, 1])
        #expect(lines.filter { $0.hasPrefix("ok") }.count == 6)
        #expect(lines.contains { $0.hasPrefix("not ok") && $0.contains("test_fails") })
    }
}
