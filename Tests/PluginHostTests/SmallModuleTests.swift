import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import Testing

@Suite(.timeLimit(.minutes(5))) struct LogTests {
    @Test(arguments: ["debug", "info", "warn", "error"])
    func `a message goes to the observer with its fields`(level: String) async throws {
        let fixture = try Fixture()
        _ = try await fixture.values("log.\(level)('look at it', { errors = 2, id = 'b' })")
        #expect(fixture.lines.dropFirst().first == #"log \#(level) look at it {"errors":2,"id":"b"}"#)
        #expect(try fixture.journal.stepLines.isEmpty)
    }

    @Test(arguments: [
        ("nil", "nil"), ("true", "true"), ("12", "12"), ("1.0", "1.0"), ("0.1 + 0.2", "0.3"),
        ("1e100", "1e+100"),
        ("1/0", "inf"), ("'a\\0b'", "a\0b"), ("'\\xff'", "\u{fffd}"), ("{}", "[]"), ("{1, 'x'}", #"[1,"x"]"#),
        ("{a = {b = json.null}}", #"{"a":{"b":null}}"#), ("print", "function"),
        ("{print, 1/0, '\\xff'}", #"[{"$function":true},{"$number":"inf"},{"$bytes":"ff"}]"#),
    ])
    func `any value is shown as text`(value: String, text: String) async throws {
        let fixture = try Fixture()
        _ = try await fixture.values("log.info(\(value))")
        guard case .log(.info, text, fields: .record([:]))? = fixture.news.value.dropFirst().first else {
            Issue.record("\(fixture.lines)")
            return
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct RunModuleTests {
    @Test func `the run tells of itself`() async throws {
        let values = try await Fixture().run(
            "return run.id, run.script, run.args.site, run.args[1], run.attempt, run.resumed, run.dry_run",
            arguments: .table(LuaTableValue(items: ["x"], fields: ["site": "north"]))
        ).values
        #expect(values == ["r1", "test.lua", "north", "x", 1, false, false])
    }

    @Test func `finish answers nothing and the script goes on`() async throws {
        let result = try await Fixture().run("return select('#', run.finish('skipped')), 'on'")
        #expect(result.values == [1, "on"])
        #expect(result.outcome == .skipped)
    }

    @Test func `now is the host's time`() async throws {
        #expect(try await Fixture().values("return time.now()") == ["2014-08-05T18:22:22.000000Z"])
    }
}

@Suite(.timeLimit(.minutes(5))) struct JSONTests {
    @Test(arguments: [
        ("nil", "null"), ("json.null", "null"), ("true", "true"), ("1", "1"), ("1.5", "1.5"),
        ("2^53", "9007199254740992.0"),
        ("math.maxinteger", "9223372036854775807"), ("math.mininteger", "-9223372036854775808"),
        ("'a\"\\\\\\n\\0é'", #""a\"\\\n\u0000é""#), ("{}", "[]"), ("{1, {2}}", "[1,[2]]"),
        ("{b = 1, a = {}}", #"{"a":[],"b":1}"#), ("{1, x = 2}", #"{"1":1,"x":2}"#),
        ("{1, nil, 3}", "[1,null,3]"),
        ("{[1.5] = 1, [true] = 2}", #"{"1.5":1,"true":2}"#),
    ])
    func `encode answers compact JSON with sorted keys`(value: String, json: String) async throws {
        #expect(try await Fixture().values("return json.encode(\(value))") == [.string(json)])
    }

    @Test func `encode is pretty on request`() async throws {
        #expect(
            try await Fixture().values("return json.encode({ a = { 1, 2 }, b = {} }, { pretty = true })") == [
                """
                {
                  "a": [
                    1,
                    2
                  ],
                  "b": []
                }
                """
            ]
        )
    }

    @Test(arguments: [
        ("json.encode(print)", "#1 to 'json.encode': a function has no form outside Lua"),
        ("json.encode({a = {print}})", "#1 to 'json.encode': a[1]: a function has no form outside Lua"),
        ("json.encode(1/0)", "#1 to 'json.encode': JSON has no number for inf"),
        ("json.encode('\\xff')", "#1 to 'json.encode': a string with bytes that are not UTF-8"),
        ("json.encode({['\\xff'] = 1})", "#1 to 'json.encode': a key with bytes that are not UTF-8"),
        (
            "json.encode({}, {prety = true})",
            "#2 to 'json.encode': there is no option 'prety'; did you mean 'pretty'?"
        ),
        ("json.encode({}, {pretty = 1})", "#2 to 'json.encode': pretty: boolean expected, got integer"),
    ])
    func `encode refuses what JSON cannot hold`(call: String, problem: String) async throws {
        #expect(try await Fixture().failure(call) == "test.lua:1: bad argument " + problem)
    }

    @Test(
        arguments: [
            ("null", .null), ("true", true), ("-12", -12), ("1.5", 1.5), ("1.0", 1.0), ("1e2", 100.0),
            ("-0.5E-1", -0.05), (" [ 1 , 2 ] \n", .array([1, 2])), ("0", 0),
            ("9223372036854775807", 9_223_372_036_854_775_807),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("[]", .array([])), ("{}", .record([:])), (#"[1,null,"x"]"#, .array([1, .null, "x"])),
            (#"{"a":{"b":[null]}}"#, .record(["a": .record(["b": .array([.null])])])),
            (#""a\u0000\ud83d\ude00""#, "a\0😀"),
        ] as [(String, LuaValue)]
    )
    func `decode answers the value`(text: String, value: LuaValue) async throws {
        #expect(
            try await Fixture().run("return json.decode(run.args[1])", arguments: .array([.string(text)]))
                .values == [value]
        )
    }

    @Test(arguments: [
        #"'[' .. ('{"a":1},'):rep(1000000) .. '1]'"#, "'[' .. ('[],'):rep(1000000) .. '1]'",
        "'[' .. ('1,'):rep(4300000) .. '1]'",
    ])
    func `a value that is more than the script's memory is refused before it is made`(text: String)
        async throws
    {
        let result = try await Fixture().run("json.decode(\(text))")
        #expect(
            result.failure?.description
                == "test.lua:1: bad argument #1 to 'json.decode': its value needs more than the script's 67108864 bytes of memory"
        )
    }

    @Test(arguments: [
        ("", "line 1, column 1: a value expected, and the text ends"),
        ("{", "line 1, column 2: a name in quotes expected, and the text ends"),
        ("[1,]", "line 1, column 4: a value expected"),
        ("[1 2]", "line 1, column 4: ',' or ']' expected"),
        ("{\"a\":1,\n}", "line 2, column 1: a name in quotes expected"),
        ("{\"a\" 1}", "line 1, column 6: ':' expected"),
        ("{\"a\":1", "line 1, column 7: ',' or '}' expected, and the text ends"),
        ("nul", "line 1, column 1: a value expected"),
        ("{a:1}", "line 1, column 2: a name in quotes expected"),
        ("'a'", "line 1, column 1: a value expected"),
        ("NaN", "line 1, column 1: a value expected"),
        ("[1] x", "line 1, column 5: the end expected"),
        ("01", "line 1, column 2: the end expected"),
        ("-", "line 1, column 2: a digit expected, and the text ends"),
        ("1.", "line 1, column 3: a digit expected, and the text ends"),
        ("1e999", "line 1, column 6: the number is too big"),
        ("[\"é", "line 1, column 4: '\"' expected, and the text ends"),
        ("\"a\nb\"", "line 1, column 3: a control character in a text has to be escaped"),
        ("\"\\x\"", "line 1, column 3: there is no such escape"),
        ("\"\\u12g4\"", "line 1, column 4: four hexadecimal digits expected"),
        ("\"\\ud800\"", "line 1, column 8: half of a surrogate pair is missing"),
        ("\"\\ud800\\u0041\"", "line 1, column 14: half of a surrogate pair is missing"),
        ("\"\\udc00\"", "line 1, column 8: half of a surrogate pair is missing"),
        (String(repeating: "[", count: 101), "line 1, column 101: it is nested more than 100 deep"),
    ])
    func `decode says where a text is no JSON`(text: String, problem: String) async throws {
        let result = try await Fixture().run("json.decode(run.args[1])", arguments: .array([.string(text)]))
        #expect(
            result.failure?.description
                == "test.lua:1: bad argument #1 to 'json.decode': the text is no JSON: " + problem
        )
    }

    @Test func `a value survives the way to JSON and back`() async throws {
        let values = try await Fixture().values(
            """
            local text = json.encode({ list = { 1, 2.5, "x", true, json.null }, deep = { { { {} } } }, big = 1 << 62 })
            return text, json.encode(json.decode(text)) == text, json.decode(text).list[5] == json.null
            """
        )
        #expect(
            values == [
                #"{"big":4611686018427387904,"deep":[[[[]]]],"list":[1,2.5,"x",true,null]}"#, true, true,
            ]
        )
    }

    @Test func `an empty object stays an object, and an empty list a list`() async throws {
        let values = try await Fixture().values(
            """
            local value = json.decode('{"a":{},"b":[],"c":{"x":1}}')
            value.c.x = nil
            return json.encode(value), json.encode(json.decode("{}"))
            """
        )
        #expect(values == [#"{"a":{},"b":[],"c":[]}"#, "{}"])
    }

    @Test func `what can be decoded can be encoded again, however deep`() async throws {
        let values = try await Fixture().values(
            """
            local deep = string.rep("[", 100) .. string.rep("]", 100)
            return json.encode(json.decode(deep)) == deep, (pcall(json.decode, string.rep("[", 1000000)))
            """
        )
        #expect(values == [true, false])
    }

    @Test func `of names that are there twice the last one counts`() async throws {
        #expect(try await Fixture().values(#"return json.decode('{"a":1,"b":0,"a":2}').a"#) == [2])
    }
}
