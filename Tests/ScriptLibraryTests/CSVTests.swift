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
