/// How far a running backup is. The totals grow while the source is searched, so the fraction may go down.
public struct BackupProgress: Codable, Hashable, Sendable {
    /// Files done.
    public var filesDone: Int
    /// Files found so far; 0 while nothing is known.
    public var totalFiles: Int
    /// Bytes done.
    public var bytesDone: Int64
    /// Bytes found so far; 0 while nothing is known.
    public var totalBytes: Int64
    /// Errors so far.
    public var errorCount: Int
    /// Files that are read now; may be empty. Names that are not UTF-8 have replacement characters.
    public var currentFiles: [String]
    /// Bytes that have left the program so far, in whichever form: their growth tells that what was read is still being stored,
    /// where all bytes are done already. `nil` where the back end does not know; not a part of the progress's JSON.
    public var bytesWritten: Int64?

    /// Makes a progress.
    public init(
        filesDone: Int = 0,
        totalFiles: Int = 0,
        bytesDone: Int64 = 0,
        totalBytes: Int64 = 0,
        errorCount: Int = 0,
        currentFiles: [String] = [],
        bytesWritten: Int64? = nil
    ) {
        self.filesDone = filesDone
        self.totalFiles = totalFiles
        self.bytesDone = bytesDone
        self.totalBytes = totalBytes
        self.errorCount = errorCount
        self.currentFiles = currentFiles
        self.bytesWritten = bytesWritten
    }

    /// The done part of all bytes, 0 to 1; `nil` while the total is not known.
    public var fraction: Double? {
        totalBytes > 0 ? min(1, Double(bytesDone) / Double(totalBytes)) : nil
    }

    private enum CodingKeys: String, CodingKey {
        case filesDone = "files_done"
        case totalFiles = "total_files"
        case bytesDone = "bytes_done"
        case totalBytes = "total_bytes"
        case errorCount = "error_count"
        case currentFiles = "current_files"
    }
}

/// A piece of news about a backup: its record, and how far it is while it runs.
public struct BackupUpdate: Hashable, Sendable {
    /// The record as of now.
    public var backup: Backup
    /// How far it is; `nil` before it runs and when the service does not say.
    public var progress: BackupProgress?

    /// Makes an update.
    public init(backup: Backup, progress: BackupProgress? = nil) {
        self.backup = backup
        self.progress = progress
    }
}
