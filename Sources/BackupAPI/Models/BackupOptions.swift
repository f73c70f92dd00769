/// What a configuration says of its backups that the API has no place for, in restic's words.
public struct BackupOptions: Hashable, Sendable {
    /// The name of the repository that the backups go to; `nil` for the service's first.
    public var repository: String?
    /// Files with restic's patterns of what is left out, one in a line; absolute paths.
    public var excludeFiles: [String] = []
    /// A folder that has a file of one of these names is left out, but for that file. `NAME:HEADER` asks for how it begins, too.
    public var excludeIfPresent: [String] = []
    /// Whether folders are left out that a file `CACHEDIR.TAG` marks as caches.
    public var excludeCaches = false
    /// Larger files are left out; bytes, at least 1. `nil` for no limit.
    public var excludeLargerThan: Int64?
    /// Whether other file systems are left out that are mounted below what is included.
    public var oneFileSystem = false
    /// Tags that the snapshots get beside those by which their backup is known.
    public var tags: [String] = []
    /// The host's name in the snapshots; `nil` for the service's.
    public var host: String?
    /// Whether a file that only has another inode counts as unchanged.
    public var ignoreInode = false
    /// Whether the time of the last access is stored.
    public var withAccessTime = false
    /// How many files are read at one time; `nil` leaves it to restic. From restic 0.15 on.
    public var readConcurrency: Int?
    /// Whether no snapshot is made where nothing has changed since the last one. From restic 0.17 on.
    public var skipIfUnchanged = false

    /// Makes the options of a backup that needs none.
    public init() {}
}

extension BackupOptions: Codable {
    private enum CodingKeys: String, CodingKey {
        case repository, tags, host
        case excludeFiles = "exclude_files"
        case excludeIfPresent = "exclude_if_present"
        case excludeCaches = "exclude_caches"
        case excludeLargerThan = "exclude_larger_than"
        case oneFileSystem = "one_file_system"
        case ignoreInode = "ignore_inode"
        case withAccessTime = "with_atime"
        case readConcurrency = "read_concurrency"
        case skipIfUnchanged = "skip_if_unchanged"
    }

    /// Reads options; those that are not there have their usual values.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func flag(_ key: CodingKeys) throws -> Bool {
            try container.decodeIfPresent(Bool.self, forKey: key) ?? false
        }
        func texts(_ key: CodingKeys) throws -> [String] {
            try container.decodeIfPresent([String].self, forKey: key) ?? []
        }
        repository = try container.decodeIfPresent(String.self, forKey: .repository)
        excludeFiles = try texts(.excludeFiles)
        excludeIfPresent = try texts(.excludeIfPresent)
        excludeCaches = try flag(.excludeCaches)
        excludeLargerThan = try container.decodeIfPresent(Int64.self, forKey: .excludeLargerThan)
        oneFileSystem = try flag(.oneFileSystem)
        tags = try texts(.tags)
        host = try container.decodeIfPresent(String.self, forKey: .host)
        ignoreInode = try flag(.ignoreInode)
        withAccessTime = try flag(.withAccessTime)
        readConcurrency = try container.decodeIfPresent(Int.self, forKey: .readConcurrency)
        skipIfUnchanged = try flag(.skipIfUnchanged)
    }

    /// Writes the options that differ from the usual values.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        func encode(_ flag: Bool, _ key: CodingKeys) throws {
            if flag { try container.encode(flag, forKey: key) }
        }
        func encode(_ texts: [String], _ key: CodingKeys) throws {
            if !texts.isEmpty { try container.encode(texts, forKey: key) }
        }
        try container.encodeIfPresent(repository, forKey: .repository)
        try encode(excludeFiles, .excludeFiles)
        try encode(excludeIfPresent, .excludeIfPresent)
        try encode(excludeCaches, .excludeCaches)
        try container.encodeIfPresent(excludeLargerThan, forKey: .excludeLargerThan)
        try encode(oneFileSystem, .oneFileSystem)
        try encode(tags, .tags)
        try container.encodeIfPresent(host, forKey: .host)
        try encode(ignoreInode, .ignoreInode)
        try encode(withAccessTime, .withAccessTime)
        try container.encodeIfPresent(readConcurrency, forKey: .readConcurrency)
        try encode(skipIfUnchanged, .skipIfUnchanged)
    }
}
