/// What a snapshot was before a person took it in: one of another tool or site, or of this site before its state was lost.
public struct AdoptedSnapshot: Codable, Hashable, Sendable {
    /// restic's id of the snapshot when it was made; taking it in may have given it another one.
    public var snapshotID: String
    /// The host that it was made on, as restic stores it.
    public var hostname: String
    /// The user that made it; empty where restic does not know.
    public var username: String
    /// The program that made it, as in `restic 0.18.0`; older than 0.17 does not say.
    public var programVersion: String?
    /// Whether it says when its backup ended and how much that was; restic does so from 0.17 on.
    public var hasSummary: Bool
    /// Whether a tag says which run of a site made it.
    public var hasRun: Bool

    /// Makes the facts.
    public init(
        snapshotID: String,
        hostname: String,
        username: String,
        programVersion: String? = nil,
        hasSummary: Bool,
        hasRun: Bool
    ) {
        self.snapshotID = snapshotID
        self.hostname = hostname
        self.username = username
        self.programVersion = programVersion
        self.hasSummary = hasSummary
        self.hasRun = hasRun
    }

    private enum CodingKeys: String, CodingKey {
        case snapshotID = "snapshot_id"
        case hostname, username
        case programVersion = "program_version"
        case hasSummary = "has_summary"
        case hasRun = "has_run"
    }
}
