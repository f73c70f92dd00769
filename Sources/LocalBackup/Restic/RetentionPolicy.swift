import BackupAPI

/// How long the backups of a configuration stay, in the options of `restic forget`.
struct RetentionPolicy: Sendable {
    let options: [String]

    /// The policy of a configuration; `nil` for one whose backups stay for ever.
    init?(_ draft: ConfigurationDraft) {
        if let keep = draft.keep {
            options =
                KeepRules.Period.allCases.flatMap { period in
                    keep.counts[period].map { ["--keep-\(period.rawValue)", "\($0)"] } ?? []
                } + (keep.within.map { ["--keep-within", $0] } ?? [])
                + keep.tags.flatMap { ["--keep-tag", $0] }
        } else if draft.retention.days > 0 {
            options = ["--keep-within", "\(draft.retention.days)d"]
        } else {
            return nil
        }
    }
}

extension ConfigurationDraft {
    /// How long its backups stay, for people.
    var stay: String {
        if let keep { return keep.text }
        return retention.days == 0 ? "for ever" : retention.days == 1 ? "1 day" : "\(retention.days) days"
    }
}
