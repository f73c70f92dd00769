internal import Foundation
internal import GRDB

extension JournalError {
    /// The file is something else than a run journal.
    static func notAJournal(_ path: String, cause: (any Error)? = nil) -> JournalError {
        JournalError(
            .notAJournal,
            "the file '\(path)' is not a run journal",
            fix: "Move it away, and a new journal is made in its place.",
            cause: cause
        )
    }

    /// The file is where other machines may write too.
    static func networkFileSystem(_ path: String, type: String) -> JournalError {
        JournalError(
            .networkFileSystem,
            "the run journal '\(path)' is on a network file system (\(type)), where its locks do not hold",
            fix: "Put it on a disk of this machine."
        )
    }

    /// The file has a schema that this program does not know.
    static func newerSchema(_ path: String, version: Int, known: Int) -> JournalError {
        JournalError(
            .newerSchema,
            "the run journal '\(path)' was made by a newer moonkeep (schema \(version), this one knows \(known))",
            fix: "Update moonkeep on this host."
        )
    }

    /// The file of a large value cannot be used.
    static func valueFile(_ path: String, _ what: String, of step: StepKey) -> JournalError {
        JournalError(
            .corrupted,
            "the file '\(path)' with a large value of step '\(step)' \(what)",
            fix: "Put a copy in its place."
        )
    }

    /// Says in the journal's words what went wrong with the file.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as JournalError: self = error
        case let error as DatabaseError: self.init(error, path: path)
        case let error as POSIXError where error.code == .ENOSPC || error.code == .EDQUOT:
            self = .diskFull(path, cause: error)
        case let error as CocoaError where error.code == .fileWriteOutOfSpace:
            self = .diskFull(path, cause: error)
        default: self = .notAccessible(path, reason: error.localizedDescription, cause: error)
        }
    }

    private init(_ error: DatabaseError, path: String) {
        let reason = error.message ?? error.resultCode.description
        // Without space for its shared memory SQLite speaks of an I/O error.
        let isFull = error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
        switch error.resultCode {
        case _ where isFull, .SQLITE_FULL: self = .diskFull(path, cause: error)
        case .SQLITE_NOTADB: self = .notAJournal(path, cause: error)
        case .SQLITE_CORRUPT:
            self.init(
                .corrupted,
                "the run journal '\(path)' is damaged: \(reason)",
                fix: "Move it away together with its -wal and -shm files, or put a copy in its place.",
                cause: error
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .locked,
                "the run journal '\(path)' is locked by another process",
                fix: "Try again when that process is done.",
                cause: error
            )
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self = .notAccessible(path, reason: reason, cause: error)
        default:
            self.init(.storage, "the run journal '\(path)' failed: \(reason)", cause: error)
        }
    }

    private static func diskFull(_ path: String, cause: any Error) -> JournalError {
        JournalError(
            .diskFull,
            "there is no space left for the run journal '\(path)'",
            fix: "Free some space on its disk.",
            cause: cause
        )
    }

    private static func notAccessible(_ path: String, reason: String, cause: any Error) -> JournalError {
        JournalError(
            .notAccessible,
            "the run journal '\(path)' cannot be used: \(reason)",
            fix: "Check that its folder exists or can be made, and that you may write to both.",
            cause: cause
        )
    }
}
