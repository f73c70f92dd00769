public import BackupAPI

/// Snapshots of a repository that have their host, their paths, their tags and their owner in common.
public struct SnapshotGroup: Encodable, Identifiable, Sendable {
    /// Eight characters that depend on nothing but what the snapshots have in common.
    public let id: String
    /// The host that they were made for.
    public let host: String
    /// What was backed up, in ascending order.
    public let paths: [String]
    /// Their tags, in ascending order, without those that say whose they are.
    public let tags: [String]
    /// The agent of Moonkeep whose they are; `nil` for nobody's, and for those from before snapshots had agents.
    public let agent: ResourceID<Agent>?
    /// The configuration whose they are; `nil` for nobody's.
    public let configuration: ResourceID<Configuration>?
    /// Whose they are.
    public let owner: Owner
    /// restic's ids, the oldest snapshot first.
    public internal(set) var snapshots: [String] = []
    /// When the oldest was begun; `nil` where restic's text is no time.
    public internal(set) var oldest: Timestamp?
    /// When the newest was begun.
    public internal(set) var newest: Timestamp?
    /// How many of them are backups of this site already.
    public internal(set) var listed = 0

    /// Whose a group is.
    public enum Owner: String, Encodable, Sendable {
        /// Of no site of Moonkeep's: plain restic's, or another tool's.
        case nobody
        /// Of this site's agent.
        case this
        /// Of another agent, be it that of another site or host, or that of this one before its state was lost.
        case other
    }
}

extension SnapshotGroup {
    /// The groups of some snapshots, each with what the catalog knows of it; the one with the newest snapshot first.
    static func all(
        in snapshots: [ResticSnapshot],
        agent: ResourceID<Agent>,
        host: String,
        listed: BackupIndex
    ) -> [SnapshotGroup] {
        var groups: [String: SnapshotGroup] = [:]
        for snapshot in snapshots.sorted(by: { $0.order < $1.order }) {
            let empty = SnapshotGroup(of: snapshot, agent: agent, host: host)
            var group = groups[empty.id] ?? empty
            group.snapshots.append(snapshot.id)
            group.oldest = group.oldest ?? snapshot.startedTime
            group.newest = snapshot.startedTime ?? group.newest
            group.listed += listed.backup(of: snapshot) == nil ? 0 : 1
            groups[empty.id] = group
        }
        return groups.values.sorted {
            ($0.newest?.microseconds ?? 0, $1.id) > ($1.newest?.microseconds ?? 0, $0.id)
        }
    }

    private init(of snapshot: ResticSnapshot, agent own: ResourceID<Agent>, host ownHost: String) {
        host = snapshot.hostname ?? ""
        paths = (snapshot.paths ?? []).sorted()
        tags = (snapshot.tags ?? []).filter { tag in
            !["run:", "configuration:", "agent:"].contains(where: tag.hasPrefix)
        }
        .sorted()
        agent = snapshot.tag("agent").map { ResourceID($0) }
        configuration = snapshot.tag("configuration").map { ResourceID($0) }
        owner =
            snapshot.belongs(to: own, host: ownHost)
            ? .this : agent == nil && configuration == nil ? .nobody : .other
        let parts = [host, agent?.rawValue ?? "", configuration?.rawValue ?? ""] + paths + ["\0"] + tags
        id = String(StableID.uuid(of: "group:" + parts.joined(separator: "\0")).prefix(8))
    }
}
