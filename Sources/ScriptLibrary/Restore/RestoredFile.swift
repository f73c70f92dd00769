import BackupAPI
import Foundation

/// What came of one file of a test restore.
struct RestoredFile: Sendable {
    enum Finding: Sendable {
        case good
        /// It is not there.
        case missing
        /// It has another size than in the backup, or other contents than its original that has not changed since.
        case changed
        /// It cannot be read to its end.
        case unreadable
    }

    var file: RestoreSample.File
    var finding: Finding
    /// The digest of what was restored; `nil` where it could not be read.
    var sha256: String?
    /// Whether the original was compared, and is the same.
    var isMatched = false

    /// Looks at a restored file. The original counts only while its size and time of change are those of the restored
    /// file, which has them from the backup: else it may have changed since.
    init(_ file: RestoreSample.File, beneath folder: String) {
        self.file = file
        let path = folder + file.path
        guard let restored = FileMark(path) else {
            finding = .missing
            return
        }
        guard let digest = Self.digest(of: path) else {
            finding = .unreadable
            return
        }
        sha256 = digest
        guard restored.bytes == file.bytes else {
            finding = .changed
            return
        }
        guard restored.isMark(of: file.path), let original = Self.digest(of: file.path) else {
            finding = .good
            return
        }
        // A change while it was read makes it another file.
        isMatched = original == digest
        finding = isMatched || !restored.isMark(of: file.path) ? .good : .changed
    }

    /// `nil` when it cannot be read to its end.
    private static func digest(of path: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        var stream = SHA256()
        do {
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
                stream.add([UInt8](piece))
            }
        } catch {
            return nil
        }
        return stream.finish()
    }
}

/// What tells whether a plain file has changed.
private struct FileMark {
    let bytes: Int64
    let modified: Date

    /// `nil` for what is no plain file or is not there.
    init?(_ path: String) {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            attributes[.type] as? FileAttributeType == .typeRegular,
            let bytes = attributes[.size] as? NSNumber, let modified = attributes[.modificationDate] as? Date
        else { return nil }
        self.bytes = bytes.int64Value
        self.modified = modified
    }

    /// Whether a file still has it. Not all that copy a time copy it to the nanosecond.
    func isMark(of path: String) -> Bool {
        guard let other = FileMark(path) else { return false }
        return other.bytes == bytes && abs(other.modified.timeIntervalSince(modified)) < 0.001
    }
}
