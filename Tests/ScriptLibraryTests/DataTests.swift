import LuaKit
import PluginHost
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(5))) struct CSVTests {
    @Test(arguments: [
        (
            #"{ { 1, 2.5, true, "a" }, { "x,y", 'say "hi"', "two\nlines" } }"#,
            "1,2.5,true,a\r\n\"x,y\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n"
        ),
        (#"{ { b = 2, a = 1 }, { a = "" } }, { header = { "a", "b" } }"#, "a,b\r\n1,2\r\n,\r\n"),
        (#"{ { "a;b", "c,d" } }, { separator = ";" }"#, "\"a;b\";c,d\r\n"),
        ("{}", ""),
        // A mark after a quote or separator hides neither; a byte order mark that stands in quotes is kept.
        (#"{ { 'file "\u{301}a', "x,\u{301}y" } }"#, "\"file \"\"\u{301}a\",\"x,\u{301}y\"\r\n"),
        (#"{ { "a\u{2028}b", "a\fb", "a\rb" } }"#, "a\u{2028}b,a\u{c}b,\"a\rb\"\r\n"),
        (#"{ { "\u{FEFF}a" } }"#, "\"\u{FEFF}a\"\r\n"),
        (#"{ { "a§b", "§" } }, { separator = "§" }"#, "\"a§b\"§\"§\"\r\n"),
    ])
    func `rows become CSV`(rows: String, text: String) async throws {
        let found = try await LibraryFixture([.csv]).values("return csv.encode(\(rows))")
        #expect(found == [.string(text)])
    }

    @Test(arguments: [
        (#""a,b\r\n1,\r\n""#, #"[["a","b"],["1",""]]"#),
        (#""a,b\n\"x\"\"y\",\"1\n2\"""#, #"[["a","b"],["x\"y","1\n2"]]"#),
        (#""""#, "[]"), (#""\n""#, #"[[""]]"#), (#""a,""#, #"[["a",""]]"#),
        (#""\"\",\"\"\n""#, #"[["",""]]"#),
        (#""a,b\n1,2\n", { header = true }"#, #"[{"a":"1","b":"2"}]"#),
        (#""\u{FEFF}a;b", { separator = ";" }"#, #"[["a","b"]]"#),
    ])
    func `CSV becomes rows`(arguments: String, json: String) async throws {
        let found = try await LibraryFixture([.csv]).values("return json.encode(csv.decode(\(arguments)))")
        #expect(found == [.string(json)])
    }

    @Test(arguments: [
        // Lines end with CR, LF or CRLF, and with nothing else.
        ("a\u{2028}b\u{2029}c\u{85}d\u{c}e\u{b}f\r\ng", [["a\u{2028}b\u{2029}c\u{85}d\u{c}e\u{b}f"], ["g"]]),
        ("a\rb\n\rc\r", [["a"], ["b"], [""], ["c"]]),
        ("\"a\r\nb\rc\nd\",e\n", [["a\r\nb\rc\nd", "e"]]),
        // A mark is a part of the cell, wherever it stands.
        ("a,\u{301}b\n\u{301}c", [["a", "\u{301}b"], ["\u{301}c"]]),
        ("\"\u{301}a\"\"\u{301}\",b\r\n", [["\u{301}a\"\u{301}", "b"]]),
        ("\"\u{FEFF}a\"", [["\u{FEFF}a"]]), ("\u{FEFF}\"a\",b", [["a", "b"]]),
        (",\n,", [["", ""], ["", ""]]), ("\"\"", [[""]]), ("\r\n\r\n", [[""], [""]]),
    ])
    func `CSV is read by bytes, and what is written is read as it was`(text: String, rows: [[String]])
        async throws
    {
        let found = try await LibraryFixture([.csv]).makeHost().run(
            LuaSource(
                name: "test.lua",
                text: "local rows = csv.decode(run.args.text) return rows, csv.decode(csv.encode(rows))"
            ),
            arguments: .record(["text": .string(text)])
        )
        let wanted = LuaValue.array(rows.map { .array($0.map { .string($0) }) })
        #expect(found.failure?.description == nil)
        #expect(found.values == [wanted, wanted])
    }

    @Test func `cells have any bytes`() async throws {
        let found = try await LibraryFixture([.csv]).values(
            #"local t = csv.decode("a,\xff\xc2§\0\n", { separator = "§" }) return t[1][1], t[1][2], csv.encode(t, { separator = "§" })"#
        )
        #expect(
            found == [
                .string(LuaBytes(Array("a,".utf8) + [0xFF, 0xC2])), .string("\0"),
                .string(LuaBytes(Array("a,".utf8) + [0xFF, 0xC2] + Array("§\0\r\n".utf8))),
            ]
        )
    }

    @Test(arguments: ["x\\n", ",,,,,,,,\\n", "\\n"])
    func `rows that are more than the script's memory end it, and no more is made of them`(line: String)
        async throws
    {
        let call = #"csv.decode(("\#(line)"):rep(8 * 1024 * 1024 // #"\#(line)"))"#
        let failure = try await LibraryFixture([.csv]).failure(call)
        #expect(
            failure?.hasSuffix("the script needs more than its 67108864 bytes of memory") == true,
            "\(failure ?? "")"
        )
    }

    @Test(arguments: [
        (
            #"decode('a"b')"#,
            "#1 to 'csv.decode': the text is no CSV: line 1: a quote stands inside a cell that does not begin with one"
        ),
        (#"decode('a\n"b')"#, "#1 to 'csv.decode': the text is no CSV: line 2: a quoted cell does not end"),
        (
            #"decode('"a"b')"#,
            "#1 to 'csv.decode': the text is no CSV: line 1: something stands after a quoted cell"
        ),
        (
            "decode('a,b\\n1', { header = true })",
            "#1 to 'csv.decode': the text is no CSV with a header: row 2 has 1 cells, not 2"
        ),
        (
            "decode('', { separator = ',,' })",
            "#2 to 'csv.decode': separator: one character expected, no quote and no line break"
        ),
        (
            "encode({ { x = 1 } })",
            "#1 to 'csv.encode': row 1 has names, and there is no 'header' that orders them"
        ),
        ("encode({ { { 1 } } })", "#1 to 'csv.encode': row 1 has a list as a cell"),
    ])
    func `what is wrong is named`(call: String, message: String) async throws {
        let failure = try await LibraryFixture([.csv]).failure("csv.\(call)")
        #expect(failure == "test.lua:1: bad argument \(message)")
    }
}

@Suite(.timeLimit(.minutes(5))) struct YAMLTests {
    @Test(arguments: [
        (
            "a: 1\nb: [x, 'no', no, ~, 1.5, 0x10, true]\nc:\n  - d: \"1\"\n",
            #"{"a":1,"b":["x","no","no",null,1.5,16,true],"c":[{"d":"1"}]}"#
        ),
        ("", "null"), ("--- text\n", #""text""#), ("a: |\n  one\n  two\n", #"{"a":"one\ntwo\n"}"#),
        ("[]", "[]"), ("{}", "{}"), ("2026-03-01", #""2026-03-01""#), ("version: 1.10", #"{"version":1.1}"#),
    ])
    func `YAML becomes values`(text: String, json: String) async throws {
        let found = try await LibraryFixture([.yaml]).makeHost().run(
            LuaSource(name: "test.lua", text: "return json.encode(yaml.decode(run.args.text))"),
            arguments: .record(["text": .string(text)])
        )
        #expect(found.values == [.string(json)])
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
    @Test(arguments: ["z: *a30", "? *a30\\n: 1", "{*a30 : 1}", "[*a30, &b c, *b]"])
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

    @Test func `what only looks like an alias is none`() async throws {
        let found = try await LibraryFixture([.yaml]).values(
            "return json.encode(yaml.decode('a: \"*/5 * * * *\"\\nb: see *this* & that\\nc: &unused x\\nd: p=1&q=2*q'))"
        )
        #expect(found == [.string(#"{"a":"*/5 * * * *","b":"see *this* & that","c":"x","d":"p=1&q=2*q"}"#)])
    }
}

@Suite(.timeLimit(.minutes(5))) struct TemplateTests {
    @Test(arguments: [
        (
            "'Hello {{name}}, {{ n }} of {{a.b}}{{gone}}{{! no }}', { name = 'Jo', n = 2, a = { b = 1.5 } }",
            "Hello Jo, 2 of 1.5"
        ),
        ("'{{#l}}<{{x}}{{o}}>{{/l}}{{^l}}none{{/l}}', { l = { { x = 1 }, { x = 2 } }, o = '!' }", "<1!><2!>"),
        ("'{{#l}}x{{/l}}{{^l}}none{{/l}}', { l = {} }", "none"),
        ("'{{#l}}{{.}},{{/l}}', { l = { 'a', 'b' } }", "a,b,"),
        ("'{{#t}}yes{{/t}}{{#f}}no{{/f}}', { t = true, f = false }", "yes"),
        ("'{{#l}}\\n- {{.}}\\n{{/l}}\\nend', { l = { 1, 2 } }", "- 1\n- 2\nend"),
        ("'{{x}} {{{x}}} {{&x}}', { x = '<b>&\"' }, { html = true }", "&lt;b&gt;&amp;&quot; <b>&\" <b>&\""),
        ("'{{x}}', { x = '<b>' }", "<b>"),
    ])
    func `values stand in the text`(arguments: String, text: String) async throws {
        let found = try await LibraryFixture([.template]).values("return template.render(\(arguments))")
        #expect(found == [.string(text)])
    }

    @Test(arguments: [
        (
            "'a\\n{{#x}}', {}",
            "#1 to 'template.render': the template is wrong: line 2: the section 'x' does not end"
        ),
        ("'{{/x}}', {}", "#1 to 'template.render': the template is wrong: line 1: '{{/x}}' ends nothing"),
        (
            "'{{#a}}{{/b}}', {}",
            "#1 to 'template.render': the template is wrong: line 1: '{{/b}}' ends no section; 'a' is open"
        ),
        ("'{{x', {}", "#1 to 'template.render': the template is wrong: line 1: a tag does not end"),
        (
            "'{{> other}}', {}",
            "#1 to 'template.render': the template is wrong: line 1: '{{>' is not understood"
        ),
        (
            "('{{#a}}'):rep(40000), {}",
            "#1 to 'template.render': the template is wrong: line 1: sections are nested more than 20 deep"
        ),
        (
            "('{{#l}}'):rep(8) .. 'x' .. ('{{/l}}'):rep(8), { l = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 } }",
            "#2 to 'template.render': the text gets larger than 4 MiB"
        ),
    ])
    func `what is wrong is named`(arguments: String, message: String) async throws {
        let failure = try await LibraryFixture([.template]).failure("template.render(\(arguments))")
        #expect(failure == "test.lua:1: bad argument \(message)")
    }
}
