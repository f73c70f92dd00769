import BackupAPI
import Glibc

/// restic's JSON as it stands in a line. Fields that are zero are left out by restic.
struct ResticWire: Decodable {
    private var messageType: String
    private var filesDone: Int?
    private var filesRestored: Int?
    private var bytesRestored: Int64?
    private var totalFiles: Int?
    private var bytesDone: Int64?
    private var totalBytes: Int64?
    private var errorCount: Int?
    private var currentFiles: [String]?
    private var filesNew: Int?
    private var filesChanged: Int?
    private var totalFilesProcessed: Int?
    private var totalBytesProcessed: Int64?
    private var dataAdded: Int64?
    private var snapshotID: String?
    private var dryRun: Bool?
    private var error: Failure?
    private var item: String?
    private var code: Int?
    private var messageText: String?
    private var version: String?

    private enum CodingKeys: String, CodingKey {
        case messageType = "message_type"
        case filesDone = "files_done"
        case filesRestored = "files_restored"
        case bytesRestored = "bytes_restored"
        case totalFiles = "total_files"
        case bytesDone = "bytes_done"
        case totalBytes = "total_bytes"
        case errorCount = "error_count"
        case currentFiles = "current_files"
        case filesNew = "files_new"
        case filesChanged = "files_changed"
        case totalFilesProcessed = "total_files_processed"
        case totalBytesProcessed = "total_bytes_processed"
        case dataAdded = "data_added"
        case snapshotID = "snapshot_id"
        case dryRun = "dry_run"
        case error, item, code, version
        case messageText = "message"
    }

    /// The body of an `error` line: a message since 0.17.1, before that Go's own error structure or `{}`.
    private struct Failure: Decodable {
        var message: String?
        var operation: String?
        var number: Int?

        private enum CodingKeys: String, CodingKey {
            case message
            case operation = "Op"
            case number = "Err"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            message = try container.decodeIfPresent(String.self, forKey: .message)
            operation = try container.decodeIfPresent(String.self, forKey: .operation)
            // Errors that are no system errors are objects here.
            number = try? container.decodeIfPresent(Int.self, forKey: .number)
        }
    }

    /// The line's meaning; `nil` for a kind that is not known.
    var message: ResticMessage? {
        switch messageType {
        // restic 0.14 sends the end of its scan as a status that has no figures.
        case "status": .status(progress)
        case "summary": .summary(summary)
        case "error": .fileError(fileError)
        case "exit_error": .exitError(code: code ?? 1, message: messageText ?? "")
        case "version": version.map { .version($0) }
        case "verbose_status", "initialized": .other
        default: nil
        }
    }

    private var progress: BackupProgress {
        BackupProgress(
            filesDone: filesDone ?? filesRestored ?? 0,
            totalFiles: totalFiles ?? 0,
            bytesDone: bytesDone ?? bytesRestored ?? 0,
            totalBytes: totalBytes ?? 0,
            errorCount: errorCount ?? 0,
            currentFiles: currentFiles ?? []
        )
    }

    private var summary: ResticSummary {
        var summary = ResticSummary()
        summary.filesNew = filesNew ?? 0
        summary.filesChanged = filesChanged ?? 0
        summary.filesProcessed = totalFilesProcessed ?? 0
        summary.bytesProcessed = totalBytesProcessed ?? 0
        summary.bytesAdded = dataAdded ?? 0
        summary.isDryRun = dryRun == true
        // A dry run names a snapshot that does not exist.
        summary.snapshotID = summary.isDryRun || snapshotID?.isEmpty == true ? nil : snapshotID
        return summary
    }

    private var fileError: ResticFileError {
        let systemText = error?.number.flatMap { strerror(Int32(truncatingIfNeeded: $0)) }.map {
            String(cString: $0)
        }
        let built = [error?.operation, systemText].compactMap { $0?.lowercased() }.joined(separator: ": ")
        let message = error?.message ?? (built.isEmpty ? "could not be read" : built)
        return ResticFileError(path: item ?? "", message: message, number: error?.number)
    }
}
