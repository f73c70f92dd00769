import BackupAPI

/// What a site file says of how long backups stay.
extension SiteFile {
    static func retention(_ reader: YAMLReader) throws -> Retention {
        guard reader.isRecord else { return Retention(days: try reader.integer(0...36_500)) }
        let record = try reader.record(retentionKeys)
        return Retention(days: try record["days"]?.integer(0...36_500) ?? 0)
    }

    static func cleanupTime(_ reader: YAMLReader) throws -> CleanupTime {
        let text = try reader.text()
        guard let time = CleanupTime(rawValue: text) else {
            let known = CleanupTime.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.error("'\(text)' is not a time of cleanups", fix: "Known are: \(known).")
        }
        return time
    }

    /// The rules of restic's policy. Without a rule, and with a number below 1, some versions of restic remove everything.
    static func keepRules(_ reader: YAMLReader) throws -> KeepRules {
        let record = try reader.record(keepKeys)
        var rules = KeepRules()
        for period in KeepRules.Period.allCases {
            rules.counts[period] = try record[period.rawValue]?.integer(KeepRules.allowedCounts)
        }
        rules.within = try record["within"]?.text()
        if let tags = record["tags"] {
            rules.tags = try tags.isList ? tags.list().map { try $0.text() } : [tags.text()]
        }
        guard rules.problems.isEmpty else {
            throw reader.error(
                rules.problems.joined(separator: "; "),
                fix: "Write, for example, keep: {daily: 7, within: 30d}, or leave 'keep' out to keep all."
            )
        }
        return rules
    }

    static let keepKeys = SiteKeys(
        of: "'keep'",
        [
            count("last", "newest backups"),
            count("hourly", "hours that have backups: the newest backup of each"),
            count("daily", "days that have backups: the newest backup of each"),
            count("weekly", "weeks that have backups: the newest backup of each"),
            count("monthly", "months that have backups: the newest backup of each"),
            count("yearly", "years that have backups: the newest backup of each"),
            .optional(
                "within",
                "text",
                "All that are younger than the newest one by no more than this: years, months, days and hours.",
                default: "no such rule",
                example: "1y6m15d12h"
            ),
            .optional(
                "tags",
                "list of texts",
                "All that have one of these tags of restic's; with commas between several, all of those.",
                default: "no such rule",
                example: "[gold, \"year-end,checked\"]"
            ),
        ]
    )

    private static func count(_ name: String, _ what: String) -> SiteKey {
        .optional(
            name,
            "whole number",
            "So many of the last \(what), 1 to 100000.",
            default: "no such rule",
            example: "7"
        )
    }
}
