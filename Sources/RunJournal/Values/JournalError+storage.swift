internal import Storage

extension JournalError {
    /// The file of a large value cannot be used.
    static func valueFile(_ path: String, _ what: String, of step: StepKey) -> JournalError {
        JournalError(
            .corrupted,
            "the file '\(path)' with a large value of step '\(step)' \(what)",
            fix: "Put a copy in its place."
        )
    }

    /// Says in the journal's words what went wrong with the database at `path`.
    init(_ error: any Error, path: String) {
        if let error = error as? JournalError {
            self = error
            return
        }
        let failure = error as? StorageError ?? StorageError(.notAccessible, "\(error)", cause: error)
        let (code, message, fix) = Self.words(for: failure, path: path)
        self.init(code, message, fix: fix, cause: failure.cause)
    }

    private static func words(for failure: StorageError, path: String) -> (Code, String, fix: String?) {
        let reason = failure.reason
        return switch failure.code {
        case .otherFile:
            (
                .notAJournal, "the file '\(path)' is not a run journal",
                "Move it away, and a new journal is made in its place."
            )
        case .corrupted:
            (
                .corrupted, "the run journal '\(path)' is damaged: \(reason)",
                "Move it away together with its -wal and -shm files, or put a copy in its place."
            )
        case .newerSchema:
            (
                .newerSchema, "the run journal '\(path)' was made by a newer moonkeep (\(reason))",
                "Update moonkeep on this host."
            )
        case .networkFileSystem:
            (
                .networkFileSystem,
                "the run journal '\(path)' is on a network file system (\(reason)), where its locks do not hold",
                "Put it on a disk of this machine."
            )
        case .notAccessible:
            (
                .notAccessible, "the run journal '\(path)' cannot be used: \(reason)",
                "Check that its folder exists or can be made, and that you may write to both."
            )
        case .diskFull:
            (
                .diskFull, "there is no space left for the run journal '\(path)'",
                "Free some space on its disk."
            )
        case .locked:
            (
                .locked, "the run journal '\(path)' is locked by another process",
                "Try again when that process is done."
            )
        case .failed: (.storage, "the run journal '\(path)' failed: \(reason)", nil)
        }
    }
}
