import BackupAPI
import Testing

struct SuggestionTests {
    static let words = ["nightly", "weekly", "monthly", "etc"]

    @Test(
        arguments: [
            ("nihgtly", "nightly"), ("nigtly", "nightly"), ("nnightly", "nightly"), ("nachtly", "nightly"),
            ("NIGHTLY", "nightly"), ("weakly", "weekly"), ("etx", "etc"), ("ec", "etc"), ("etc", "etc"),
        ]
    )
    func `a misspelled word finds the one that was meant`(word: String, meant: String) {
        #expect(Self.words.nearest(to: word) == meant)
    }

    @Test(arguments: ["", "a", "yearly-and-more", "ect-etc", "xyz"])
    func `a word that is like none finds none`(word: String) {
        #expect(Self.words.nearest(to: word) == nil)
    }

    @Test func `of equals the first in order is found, and of none none`() {
        #expect(["cat", "bat"].nearest(to: "hat") == "bat")
        #expect([String]().nearest(to: "hat") == nil)
    }

    @Test func `a long word is no misspelling, and costs nothing`() {
        let long = String(repeating: "y", count: 4_000_000)
        let words = (0..<10_000).map { "database-server-\($0)" }
        #expect(words.nearest(to: long) == nil)
        #expect([long].nearest(to: "y") == nil)
        #expect(words.nearest(to: "database-sevrer-77") == "database-server-77")
    }

    @Test(arguments: [
        ("abcdef", "badcfe", nil), ("receive", "recieve", "receive"), ("x", "y", "x"), ("", "y", ""),
        ("ab", "abc", "ab"), ("e\u{301}a", "ea", "e\u{301}a"),
    ])
    func `a distance is the number of changes`(known: String, word: String, found: String?) {
        #expect([known].nearest(to: word) == found)
    }
}
