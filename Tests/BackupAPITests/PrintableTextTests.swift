import BackupAPI
import Testing

@Suite struct PrintableTextTests {
    @Test(arguments: [
        "\u{0}", "\u{7}", "\u{8}", "\u{1b}", "\u{7f}", "\u{85}", "\u{9b}", "\u{61c}", "\u{200e}", "\u{200f}",
        "\u{2028}", "\u{2029}", "\u{202a}", "\u{202e}", "\u{2066}", "\u{2069}", "\u{206f}", "\r", "\n", "\t",
    ])
    func `what could steer a terminal becomes a question mark`(scalar: String) {
        #expect("a\(scalar)b".withoutControls == "a?b")
    }

    @Test func `line ends and tabs may stay`() {
        #expect("a\tb\r\nc\u{1b}[2J".withoutControlsInLines == "a\tb?\nc?[2J")
    }

    @Test(arguments: ["", "plain", "Grüße, 你好", "👩‍👩‍👧", "e\u{301}", "a\u{a0}b"])
    func `all other texts stay`(text: String) {
        #expect(text.withoutControls == text)
    }
}
