import LuaKit
import PluginHost
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(5))) struct YAMLTests {
    @Test(arguments: [
        (
            "a: 1\nb: [x, 'no', no, ~, 1.5, 0x10, true]\nc:\n  - d: \"1\"\n",
            #"{"a":1,"b":["x","no","no",null,1.5,16,true],"c":[{"d":"1"}]}"#
        ),
        ("", "null"), ("--- text\n", #""text""#), ("a: |\n  one\n  two\n", #"{"a":"one\ntwo\n"}"#),
        ("[]", "[]"), ("{}", "{}"),
        ("[0x-5, 0o+7, -0x5, 1e, e1, 1.e1]", #"["0x-5","0o+7","-0x5","1e","e1",10.0]"#),
        ("2026-03-01", #""2026-03-01""#), ("version: 1.10", #"{"version":1.1}"#),
    ])
    func `YAML becomes values`(text: String, json: String) async throws {
        let found = try await LibraryFixture([.yaml]).makeHost().run(
            LuaSource(name: "test.lua", text: "return json.encode(yaml.decode(run.args.text))"),
            arguments: .record(["text": .string(text)])
        )
        #expect(found.values == [.string(json)])
    }

    @Test(arguments: [
        ("v: !!str 1.10", #"{"v":"1.10"}"#), ("!!str 0123", #""0123""#), ("!!str yes", #""yes""#),
        ("!!int '3'", "3"), ("!!int \"0x1F\"", "31"), ("a: !!str\nb: !!str ''", #"{"a":"","b":""}"#),
        ("! 12", #""12""#), ("!!float 3", "3.0"), ("!!bool 'true'", "true"), ("!!null ''", "null"),
        ("[!!null , !!str ~]", #"[null,"~"]"#), ("!!seq [!!map {a: 1}]", #"[{"a":1}]"#),
        ("!<tag:yaml.org,2002:str> 5", #""5""#), ("%TAG !y! tag:yaml.org,2002:\n--- !y!str 5", #""5""#),
        ("a: !secret 12\nb: !vault [1]\nc: ! [2]", #"{"a":"12","b":[1],"c":[2]}"#),
        ("!!str |\n  12\n", #""12\n""#),
    ])
    func `a tag says the type`(text: String, json: String) async throws {
        let found = try await LibraryFixture([.yaml]).makeHost().run(
            LuaSource(name: "test.lua", text: "return json.encode(yaml.decode(run.args.text))"),
            arguments: .record(["text": .string(text)])
        )
        #expect(found.failure?.description == nil)
        #expect(found.values == [.string(json)])
    }

    @Test(arguments: [
        ("!!int x", "'x' is no !!int"), ("!!int 1.5", "'1.5' is no !!int"),
        ("!!bool 'yes'", "'yes' is no !!bool"),
        ("!!float ''", "'' is no !!float"), ("!!null 'x'", "'x' is no !!null"),
        ("!!binary aGk=", unknown("binary")), ("!!timestamp 2001-12-14", unknown("timestamp")),
        ("!!set {a, b}", unknown("set")), ("!!map [1]", unknown("map")), ("!!str [1]", unknown("str")),
        ("!!seq x", unknown("seq")),
    ])
    func `a tag that does not fit is an error`(text: String, problem: String) async throws {
        let found = try await LibraryFixture([.yaml]).makeHost().run(
            LuaSource(name: "test.lua", text: "return yaml.decode(run.args.text)"),
            arguments: .record(["text": .string(text)])
        )
        #expect(
            found.failure?.description
                == "test.lua:1: bad argument #1 to 'yaml.decode': the text is no YAML: line 1, column 1: \(problem)"
        )
    }

    private static func unknown(_ tag: String) -> String {
        "the tag '!!\(tag)' is not understood here; known are: !!str, !!int, !!float, !!bool and !!null, !!seq for a list and !!map for names with values"
    }

    @Test func `every character comes back as it was, in texts and in names`() async throws {
        let found = try await LibraryFixture([.yaml]).values(
            """
            local bad = {}
            for _, first in ipairs{ 0, 0x80, 0xa0, 0x300, 0x2000, 0xd7f0, 0xe000, 0xfe00, 0xfff0, 0x1f600, 0x10fff0 } do
              for code = first, first + 255 do
                if code <= 0x10ffff and (code < 0xd800 or code > 0xdfff) then
                  local c = utf8.char(code)
                  for _, text in ipairs{ c, "a" .. c .. "b", c .. c .. "x", "x " .. c } do
                    local back = yaml.decode(yaml.encode({ [text] = text }))
                    if back[text] ~= text then bad[#bad + 1] = ("%x"):format(code) break end
                  end
                end
              end
            end
            return table.concat(bad, " ")
            """
        )
        #expect(found == [""])
    }

    @Test(arguments: [
        ("\u{FEFF}a: 1", "a", "1"), ("a: \"\\uFEFFx\"", "a", "\u{FEFF}x"),
        ("a: \"\\ufeff\\U0000FEFFx\"", "a", "\u{FEFF}\u{FEFF}x"),
        ("\u{85}\n\"\\uFEFFa\": !!str \"\\\n  \\uFEFFx\"", "\u{FEFF}a", "\u{FEFF}x"),
        ("a: '\\uFEFF'", "a", "\\uFEFF"),
        ("a: \"\\\\uFEFF\"", "a", "\\uFEFF"), ("a: \"x\\uFEFF\"", "a", "x\u{FEFF}"),
    ])
    func `a byte order mark at the beginning of a text is a part of it`(
        text: String,
        name: String,
        value: String
    )
        async throws
    {
        let found = try await LibraryFixture([.yaml]).makeHost().run(
            LuaSource(
                name: "test.lua",
                text: "local k, v = next(yaml.decode(run.args.text)) return k, tostring(v)"
            ),
            arguments: .record(["text": .string(text)])
        )
        #expect(found.failure?.description == nil)
        #expect(found.values == [.string(name), .string(value)])
    }

    @Test(arguments: [1_000, 1_024, 1_100, 5_000])
    func `a long name comes back, with a text, a list or names beneath it`(length: Int) async throws {
        let found = try await LibraryFixture([.yaml]).values(
            """
            local k = ("k"):rep(\(length))
            local v = { { [k] = "x", a = { [k] = { 1, { [k .. '"'] = { b = 2 } } } } } }
            return json.encode(yaml.decode(yaml.encode(v))) == json.encode(v)
            """
        )
        #expect(found == [true])
    }

    @Test func `values become YAML, and come back`() async throws {
        let found = try await LibraryFixture([.yaml]).values(
            """
            local v = { a = { 1, { b = "no", c = {} }, { { 2 } } }, ["x: y"] = "# not a comment", z = true, t = "two\\nlines", n = 1.5, s = "plain text" }
            local text = yaml.encode(v)
            return text, json.encode(yaml.decode(text)) == json.encode(v), yaml.encode("x"), yaml.encode(nil)
            """
        )
        #expect(
            found == [
                """
                a:
                  - 1
                  - b: "no"
                    c: []
                  - - - 2
                "n": 1.5
                s: plain text
                t: "two\\nlines"
                "x: y": "# not a comment"
                z: true

                """, true, "x\n", "null\n",
            ]
        )
    }

    @Test(arguments: [
        (
            "yaml.decode('a: [1')",
            "#1 to 'yaml.decode': the text is no YAML: line 2, column 1: did not find expected ',' or ']'"
        ),
        (
            "yaml.decode('a: &x 1\\nb: *x')",
            "#1 to 'yaml.decode': the text is no YAML that is understood: line 2: the alias '*x'; write out what it stands for"
        ),
        (
            "yaml.decode('a: 1\\na: 2')",
            "#1 to 'yaml.decode': the text is no YAML: line 1, column 1: the key 'a' is there twice"
        ),
        (
            "yaml.decode(('['):rep(101) .. (']'):rep(101))",
            "#1 to 'yaml.decode': the text is no YAML: line 1, column 101: it is nested more than 100 deep"
        ),
        ("yaml.decode(('x'):rep(1024 * 1024 + 1))", "#1 to 'yaml.decode': at most 1 MiB of YAML expected"),
        ("yaml.encode({ print })", "#1 to 'yaml.encode': [1]: a function has no form outside Lua"),
    ])
    func `what is wrong is named`(call: String, message: String) async throws {
        let failure = try await LibraryFixture([.yaml]).failure(call)
        #expect(failure == "test.lua:1: bad argument \(message)")
    }

    @Test(arguments: [
        "('['):rep(500000)", "('{a: '):rep(100000)", "('- '):rep(100000)", "('? '):rep(100000)",
    ])
    func `nesting without end is refused`(text: String) async throws {
        let failure = try await LibraryFixture([.yaml]).failure("yaml.decode(\(text))")
        #expect(failure?.contains("Maximum nesting level reached") == true, "\(failure ?? "nothing")")
    }

    /// Thirty times two of the one before: what it stands for has a thousand million texts.
    @Test(arguments: ["z: *a30", "? *a30\\n: 1", "z: {*a30 : 1}", "z: [*a30, &b c, *b]"])
    func `aliases are refused before anything looks at what they stand for`(last: String) async throws {
        let failure = try await LibraryFixture([.yaml]).failure(
            """
            local lines = { "a0: &a0 [x]" }
            for i = 1, 30 do lines[#lines + 1] = ("a%d: &a%d [*a%d, *a%d]"):format(i, i, i - 1, i - 1) end
            yaml.decode(table.concat(lines, "\\n") .. "\\n\(last)")
            """
        )
        #expect(
            failure == """
                test.lua:3: bad argument #1 to 'yaml.decode': the text is no YAML that is understood: line 2: the alias '*a0'; \
                write out what it stands for
                """
        )
    }

    @Test(arguments: [
        ("run: |\n  make &all\n  rm *all\n", #"{"run":"make &all\nrm *all\n"}"#),
        ("run: >-\n  make &all\n  rm *all\n", #"{"run":"make &all rm *all"}"#),
        ("a: '&x'\nb: '*x'\nc: \"&x *x\"", #"{"a":"&x","b":"*x","c":"&x *x"}"#),
        ("a: &x 1 # not *x\nb: see *x\n", #"{"a":1,"b":"see *x"}"#),
        ("a: &x 1\n'*x': 2\nb:\n- - \"\n  *x\"", #"{"*x":2,"a":1,"b":[[" *x"]]}"#),
        ("a: &x one\n  *x", #"{"a":"one *x"}"#),
    ])
    func `a text with marks of aliases is a text`(text: String, json: String) async throws {
        let found = try await LibraryFixture([.yaml]).makeHost().run(
            LuaSource(name: "test.lua", text: "return json.encode(yaml.decode(run.args.text))"),
            arguments: .record(["text": .string(text)])
        )
        #expect(found.failure?.description == nil)
        #expect(found.values == [.string(json)])
    }

    @Test(arguments: [
        "a: &x 1\nb: *x", "a: &x 1\nb: [*x]", "a: &x 1\n*x : 2", "- &x 1\n- ? *x\n", "a: &x 1\nb: !!str *x",
        "a: &x 1\nb: {c: *x}", "a: &x 1\nb:\n  *x", "- &x |\n  *x\n- *x",
    ])
    func `an alias is refused wherever it stands`(text: String) async throws {
        let found = try await LibraryFixture([.yaml]).makeHost().run(
            LuaSource(name: "test.lua", text: "return yaml.decode(run.args.text)"),
            arguments: .record(["text": .string(text)])
        )
        #expect(found.failure?.description.contains("the alias '*x'; write out what it stands for") == true)
    }

    @Test func `what only looks like an alias is none`() async throws {
        let found = try await LibraryFixture([.yaml]).values(
            "return json.encode(yaml.decode('a: \"*/5 * * * *\"\\nb: see *this* & that\\nc: &unused x\\nd: p=1&q=2*q'))"
        )
        #expect(found == [.string(#"{"a":"*/5 * * * *","b":"see *this* & that","c":"x","d":"p=1&q=2*q"}"#)])
    }
}
