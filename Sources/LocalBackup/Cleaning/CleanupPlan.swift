public import BackupAPI

/// What a cleanup would do with the snapshots of one configuration.
public struct CleanupPlan: Encodable, Sendable {
    /// The configuration.
    public let configuration: ResourceID<Configuration>
    /// Its name.
    public let name: String
    /// How long its backups stay, for people.
    public let rules: String
    /// All that this agent has of it in the repository, the newest first.
    public var snapshots: [PlannedSnapshot]
    /// Why nothing of it goes though its rules keep nothing; `nil` where they keep something.
    public var problem: String?

    /// Those that would go.
    public var removed: [PlannedSnapshot] { snapshots.filter { !$0.stays } }
}

/// What a cleanup would do with one snapshot, and why.
public struct PlannedSnapshot: Encodable, Sendable {
    /// restic's id of it, all 64 characters.
    public let id: String
    /// The backup that it is of; `nil` where the catalog has none.
    public let backup: ResourceID<Backup>?
    /// When it was begun; `nil` where restic's text is no time.
    public let time: Timestamp?
    /// The host that it was made for.
    public let host: String
    /// What was backed up.
    public let paths: [String]
    /// Its tags, ours too.
    public let tags: [String]
    /// Whether it would stay.
    public var stays: Bool
    /// Why it would stay: restic's own words for the rules that keep it, or ours; empty for one that would go.
    public var reasons: [String]

    init(_ snapshot: ResticSnapshot, of backup: BackupRow?, reasons: [String], stays: Bool) {
        (id, host) = (snapshot.id, snapshot.hostname ?? "")
        (paths, tags, time) = (snapshot.paths ?? [], snapshot.tags ?? [], snapshot.startedTime)
        self.backup = backup.map { ResourceID($0.id) }
        (self.stays, self.reasons) = (stays, reasons)
    }
}
