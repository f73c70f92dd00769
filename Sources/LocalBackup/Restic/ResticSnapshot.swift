import BackupAPI

/// A snapshot in restic's list of them.
struct ResticSnapshot: Codable, Hashable, Sendable {
    /// All 64 characters.
    var id: String
    /// The id that it had before its tags were changed; `nil` when they never were.
    var original: String?
    /// The host that it was made for, as restic stores it.
    var hostname: String?
    var tags: [String]?
    /// What was backed up; names that are not UTF-8 have replacement characters.
    var paths: [String]?
    /// When it was begun.
    var time: String?

    /// Whether it is the one that had this id, whole or short, when it was made.
    func isMeant(by known: String) -> Bool {
        !known.isEmpty && (id.hasPrefix(known) || original?.hasPrefix(known) ?? false)
    }

    /// The value of one of our tags; `nil` where it has none.
    func tag(_ name: String) -> String? {
        tags?.first { $0.hasPrefix(name + ":") }.map { String($0.dropFirst(name.count + 1)) }
    }

    /// Whether a host may touch it: its own, or one from the time before snapshots were marked with agents.
    func belongs(to agent: ResourceID<Agent>, host: String) -> Bool {
        guard tag("configuration") != nil else { return false }
        return tag("agent").map { $0 == agent.rawValue } ?? (hostname == host)
    }
}
