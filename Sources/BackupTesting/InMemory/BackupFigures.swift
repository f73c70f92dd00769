/// How much a backup of the in-memory service has searched and backed up.
public struct BackupFigures: Hashable, Sendable {
    /// Files searched.
    public var files: Int
    /// Files that were new or changed.
    public var newFiles: Int
    /// Bytes searched.
    public var bytes: Int64
    /// Bytes that were new or changed.
    public var newBytes: Int64

    /// Makes figures.
    public init(files: Int, newFiles: Int, bytes: Int64, newBytes: Int64) {
        self.files = files
        self.newFiles = newFiles
        self.bytes = bytes
        self.newBytes = newBytes
    }
}
