/// What the local service knows of a backup beyond the contract.
public struct LocalDetails: Codable, Hashable, Sendable {
    /// The name of the configuration at the time of the start.
    public var configurationName: String
    /// When the backup was asked for; the contract has no field for it.
    public var createdTime: Timestamp
    /// restic's own id of the snapshot; 8 or 64 characters, by its version. `nil` when there is none.
    @Nullable public var resticSnapshotID: String?
    /// The exit code of restic; `nil` while it runs or when it is not known.
    @Nullable public var exitCode: Int?
    /// restic's version, for example `0.14.0`.
    @Nullable public var resticVersion: String?
    /// The process that runs, or ran, restic; it leads its own process group.
    @Nullable public var processID: Int?
    /// The key that the start was made with; `nil` when it was made without.
    @Nullable public var key: String?
    /// What its snapshot was before it was taken in; `nil` for a backup that was made here.
    public var adopted: AdoptedSnapshot?

    /// Makes the details.
    public init(
        configurationName: String,
        createdTime: Timestamp,
        resticSnapshotID: String? = nil,
        exitCode: Int? = nil,
        resticVersion: String? = nil,
        processID: Int? = nil,
        key: String? = nil,
        adopted: AdoptedSnapshot? = nil
    ) {
        self.configurationName = configurationName
        self.createdTime = createdTime
        self._resticSnapshotID = Nullable(wrappedValue: resticSnapshotID)
        self._exitCode = Nullable(wrappedValue: exitCode)
        self._resticVersion = Nullable(wrappedValue: resticVersion)
        self._processID = Nullable(wrappedValue: processID)
        self._key = Nullable(wrappedValue: key)
        self.adopted = adopted
    }

    private enum CodingKeys: String, CodingKey {
        case configurationName = "configuration_name"
        case createdTime = "created_time"
        case resticSnapshotID = "restic_snapshot_id"
        case exitCode = "exit_code"
        case resticVersion = "restic_version"
        case processID = "process_id"
        case key, adopted
    }
}

/// A backup for the command's JSON: the contract's object, and the one extra key `local` where there is something.
public struct DetailedBackup: Encodable, Sendable {
    /// The backup.
    public var backup: Backup

    /// Wraps a backup.
    public init(_ backup: Backup) {
        self.backup = backup
    }

    private enum CodingKeys: String, CodingKey {
        case local
    }

    /// Writes the contract's keys, then `local`.
    public func encode(to encoder: any Encoder) throws {
        try backup.encode(to: encoder)
        guard let local = backup.local else { return }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(local, forKey: .local)
    }
}
