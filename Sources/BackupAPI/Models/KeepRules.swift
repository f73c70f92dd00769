/// Which snapshots of a configuration stay when it is cleaned up, by restic's own policy (`restic forget --keep-…`).
///
/// A snapshot stays when one of the rules keeps it. The API has no place for them: its `retention.days` is another way to say
/// how long backups stay, and a configuration has one of the two.
public struct KeepRules: Hashable, Sendable {
    /// What is counted: single snapshots, or the newest one of each hour, day, week, month or year that has some.
    public enum Period: String, CaseIterable, CodingKey, Sendable {
        case last, hourly, daily, weekly, monthly, yearly
    }

    /// How many of each are kept, 1 to 100,000; the newest ones.
    public var counts: [Period: Int]
    /// All that are younger than the newest one by no more than this: numbers with the units `y`, `m` (months), `d` and `h`, as
    /// in `1y6m`.
    public var within: String?
    /// All that have one of these tags; with commas between several, all of those.
    public var tags: [String]

    /// Makes rules.
    public init(_ counts: [Period: Int] = [:], within: String? = nil, tags: [String] = []) {
        self.counts = counts
        self.within = within
        self.tags = tags
    }

    /// What is wrong with the rules, one sentence each; empty if nothing.
    ///
    /// Without a rule, and with numbers below 1, restic 0.14 would remove every snapshot.
    public var problems: [String] {
        var found = Period.allCases.compactMap { period -> String? in
            guard let count = counts[period], !Self.allowedCounts.contains(count) else { return nil }
            return "keep.\(period.rawValue): \(count) is not from 1 to 100000"
        }
        if let within, !Self.isSpan(within) {
            found.append(
                "keep.within: '\(within)' is not a time such as 1y6m or 90d, of at least an hour and at most 100 years"
            )
        }
        for tag in tags where !Self.isTag(tag) {
            found.append("keep.tags: '\(tag)' is not a tag, or several with commas between them")
        }
        if counts.isEmpty, within == nil, tags.isEmpty {
            found.append("keep: it has no rule, and would keep nothing")
        }
        return found
    }

    /// What a count may be.
    public static let allowedCounts = 1...100_000

    private static func isSpan(_ text: String) -> Bool {
        let most: [Character: Int] = ["y": 100, "m": 1_200, "d": 36_500, "h": 876_000]
        var (units, isSome): (Set<Character>, Bool) = ([], false)
        var rest = text[...]
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            guard let unit = rest.popFirst(), let limit = most[unit], units.insert(unit).inserted,
                let number = Int(digits), number <= limit
            else { return false }
            isSome = isSome || number > 0
        }
        return isSome
    }

    /// restic cuts at commas and trims, and a tag that is empty then is none.
    private static func isTag(_ text: String) -> Bool {
        text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
            !part.allSatisfy(\.isWhitespace)
                && !part.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
        }
    }

    /// The rules for people: `last 3, daily 7, within 90d, tag gold`.
    public var text: String {
        let counted = Period.allCases.compactMap { period in counts[period].map { "\(period.rawValue) \($0)" }
        }
        return (counted + (within.map { ["within \($0)"] } ?? []) + tags.map { "tag \($0)" })
            .joined(separator: ", ")
    }
}

extension KeepRules: Codable {
    private enum OtherKeys: String, CodingKey {
        case within, tags
    }

    /// Reads the rules as the site file has them.
    public init(from decoder: any Decoder) throws {
        let counted = try decoder.container(keyedBy: Period.self)
        let others = try decoder.container(keyedBy: OtherKeys.self)
        self.init(
            within: try others.decodeIfPresent(String.self, forKey: .within),
            tags: try others.decodeIfPresent([String].self, forKey: .tags) ?? []
        )
        for period in Period.allCases {
            counts[period] = try counted.decodeIfPresent(Int.self, forKey: period)
        }
    }

    /// Writes the rules that there are, as the site file has them.
    public func encode(to encoder: any Encoder) throws {
        var counted = encoder.container(keyedBy: Period.self)
        for period in Period.allCases { try counted.encodeIfPresent(counts[period], forKey: period) }
        var others = encoder.container(keyedBy: OtherKeys.self)
        try others.encodeIfPresent(within, forKey: .within)
        if !tags.isEmpty { try others.encode(tags, forKey: .tags) }
    }
}
