import PluginHost
import Testing

@Suite struct ScriptTokenTests {
    private func tokens(_ text: String) -> [ScriptToken] { [ScriptToken](source: Array(text.utf8)) }

    @Test(arguments: [
        ("a.b:c(1)", ["a", ".", "b", ":", "c", "(", "1", ")"]),
        ("x = y -- z\nw", ["x", "=", "y", "w"]),
        ("--[[ a\nb ]] c --[==[ d ]] e ]==] f", ["c", "f"]),
        ("a..b...c//d", ["a", "..", "b", "...", "c", "//", "d"]),
        ("1e-5 0x1p+2 .5 3..4", ["1e-5", "0x1p+2", ".5", "3..4"]),
        ("#!/usr/bin/lua\na", ["a"]), ("::l:: goto l", ["::", "l", "::", "goto", "l"]),
    ])
    func `space and comments are passed over`(text: String, expected: [String]) {
        #expect(tokens(text).map(\.text) == expected)
    }

    @Test(arguments: [
        ("'a\"b'", "a\"b"), (#""\n\t\\\"""#, "\n\t\\\""), (#"'\65\x42\u{43}'"#, "ABC"),
        ("'a\\z  \n  b'", "ab"), ("'a\\\nb'", "a\nb"), ("[[a\nb]]", "a\nb"), ("[==[\na]]b]==]", "a]]b"),
        ("'é'", "é"),
    ])
    func `a string has its value`(text: String, value: String) {
        #expect(tokens(text).map(\.text) == [value])
        #expect(tokens(text).first?.kind == .string)
        #expect(tokens(text).first?.isOpen == false)
    }

    @Test(arguments: ["'a", "\"a\nb", "[[a", "[=[a]]"])
    func `a string without an end is open`(text: String) {
        #expect(tokens(text).first?.isOpen == true)
    }

    @Test func `lines are counted through strings and comments`() {
        let text = "a [[\n\n]] b --[[\n]] c '\\\n' d\n\n e"
        #expect(tokens(text).map(\.line) == [1, 1, 3, 4, 4, 5, 7])
    }
}
