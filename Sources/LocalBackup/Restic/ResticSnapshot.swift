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
    /// When it was begun, with the zone of the host that made it.
    var time: String?
    /// The id of its content.
    var tree: String?
    /// The user that made it.
    var username: String?
    /// The program that made it (0.17 and newer).
    var programVersion: String?
    /// What its backup has done (0.17 and newer).
    var summary: Summary?

    /// What a snapshot says of its backup.
    struct Summary: Codable, Hashable, Sendable {
        var begin: String?
        var end: String?
        var filesNew: Int?
        var filesChanged: Int?
        var filesProcessed: Int?
        var bytesProcessed: Int64?
        var bytesAdded: Int64?

        enum CodingKeys: String, CodingKey {
            case begin = "backup_start"
            case end = "backup_end"
            case filesNew = "files_new"
            case filesChanged = "files_changed"
            case filesProcessed = "total_files_processed"
            case bytesProcessed = "total_bytes_processed"
            case bytesAdded = "data_added"
        }
    }

    enum CodingKeys: String, CodingKey {
        case id, original, hostname, tags, paths, time, tree, username, summary
        case programVersion = "program_version"
    }

    /// When it was begun; `nil` where restic's text is none.
    var startedTime: Timestamp? { time.flatMap { Timestamp($0) } }

    /// What puts snapshots in the order of their times.
    var order: Int64 { startedTime?.microseconds ?? 0 }

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
