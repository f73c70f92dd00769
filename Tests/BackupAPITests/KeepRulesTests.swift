import BackupAPI
import Foundation
import Testing

@Suite struct KeepRulesTests {
    @Test(arguments: [
        KeepRules([.last: 1]), KeepRules([.hourly: 24, .yearly: 100_000]), KeepRules(within: "1y6m15d12h"),
        KeepRules(within: "0y1h"), KeepRules(tags: ["gold", "a,b"]),
    ])
    func `rules that keep something are fine, and survive JSON`(rules: KeepRules) throws {
        #expect(rules.problems.isEmpty)
        let data = try JSONEncoder().encode(rules)
        #expect(try JSONDecoder().decode(KeepRules.self, from: data) == rules)
    }

    @Test(arguments: [
        (KeepRules(), "keep: it has no rule, and would keep nothing"),
        (KeepRules([.last: 0]), "keep.last: 0 is not from 1 to 100000"),
        (KeepRules([.daily: -1]), "keep.daily: -1 is not from 1 to 100000"),
        (KeepRules([.weekly: .max]), "keep.weekly: \(Int.max) is not from 1 to 100000"),
        (KeepRules(tags: ["a,"]), "keep.tags: 'a,' is not a tag, or several with commas between them"),
        (KeepRules(tags: [" "]), "keep.tags: ' ' is not a tag, or several with commas between them"),
    ])
    func `rules that keep nothing, or cannot be counted, are problems`(rules: KeepRules, problem: String) {
        #expect(rules.problems == [problem])
    }

    @Test(arguments: [
        "", "5", "5x", "0d", "0y0h", "-5d", "d", "1d1d", "101y", "99999999999999999999d", "1 d", "５d",
    ])
    func `a time that restic does not read, that is none or longer than a century is a problem`(text: String)
    {
        #expect(KeepRules(within: text).problems.count == 1)
    }

    @Test func `rules are shown in the order of their lengths`() {
        let rules = KeepRules([.yearly: 2, .last: 3], within: "90d", tags: ["gold"])
        #expect(rules.text == "last 3, yearly 2, within 90d, tag gold")
    }
}
