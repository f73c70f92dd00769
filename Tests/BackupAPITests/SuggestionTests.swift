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
}
