extension ConfigurationDraft {
    /// Every rule of the contract that the draft breaks (3.7 to 3.10), one sentence each; empty if none.
    ///
    /// A draft without notifications is no problem: on the own host nobody needs a mail to see how a backup went.
    public var problems: [String] {
        var found: [String] = []
        if name.allSatisfy(\.isWhitespace) { found.append("name: it is empty") }
        if name.utf8.count > 255 {
            found.append("name: it has \(name.utf8.count) bytes, and 255 are allowed")
        }
        if retention.days < 0 { found.append("retention.days: \(retention.days) is less than 0") }
        found += keepProblems
        if let schedule { found += schedule.problems }
        if !notifications.isEmpty, !notifications.contains(where: \.onFailure) {
            found.append("notifications: at least one must have on_failure")
        }
        for notification in notifications where notification.destination.isEmpty {
            found.append("notifications: one of type \(notification.type) has no destination")
        }
        for rule in inclusions + exclusions where rule.path.contains("\0") {
            found.append("path '\(rule.path.replacing("\0", with: "\\0"))' has a NUL character")
        }
        for pattern in exclusionPatterns where pattern.utf8.contains(0) {
            found.append("pattern '\(pattern.replacing("\0", with: "\\0"))' has a NUL character")
        }
        return found + options.problems + PathRule.problems(inclusions: inclusions, exclusions: exclusions)
    }

    /// What is wrong with `keep`, by itself and beside `retention`.
    package var keepProblems: [String] {
        guard let keep else { return [] }
        let both = "retention, keep: both say how long backups stay, and one of them can"
        return (retention.days > 0 ? [both] : []) + keep.problems
    }
}

extension Schedule {
    /// What keeps it from being one of the contract's three shapes (3.7).
    fileprivate var problems: [String] {
        var found: [String] = []
        if timeZone.isEmpty { found.append("schedule.time_zone: it is empty") }
        if recurrence.count != 1 {
            found.append("schedule.recurrence: it has \(recurrence.count) rules instead of 1")
        }
        return found
            + recurrence.filter { !Self.isSupported($0) }
            .map { "schedule.recurrence: '\($0)' is no hourly, daily or weekly rule" }
    }

    private static func isSupported(_ rule: String) -> Bool {
        guard rule.hasPrefix("RRULE:") else { return false }
        var parts: [Substring: Substring] = [:]
        for part in rule.dropFirst("RRULE:".count).split(separator: ";", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, parts.updateValue(pair[1], forKey: pair[0]) == nil else { return false }
        }
        let keys = Set(parts.keys)
        func has(_ key: Substring, in range: ClosedRange<Int>) -> Bool {
            parts[key].flatMap { Int($0) }.map(range.contains) ?? false
        }
        let hasClock = has("BYHOUR", in: 0...23) && has("BYMINUTE", in: 0...59)
        switch parts["FREQ"] {
        case "HOURLY": return keys == ["FREQ", "INTERVAL"] && has("INTERVAL", in: 1...8_760)
        case "DAILY":
            return keys == ["FREQ", "INTERVAL", "BYHOUR", "BYMINUTE"] && hasClock
                && has("INTERVAL", in: 1...366)
        case "WEEKLY":
            let days = parts["BYDAY"]?.split(separator: ",", omittingEmptySubsequences: false) ?? []
            return keys == ["FREQ", "INTERVAL", "BYDAY", "BYHOUR", "BYMINUTE"] && hasClock
                && has("INTERVAL", in: 1...53) && !days.isEmpty
                && days.allSatisfy { ["SU", "MO", "TU", "WE", "TH", "FR", "SA"].contains($0) }
        default: return false
        }
    }
}
