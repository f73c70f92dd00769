/// The error of ``RunStore``: what failed, on which value, and what to do about it.
public struct JournalError: Error, Sendable {
    /// What kind of failure it is, for a program to switch on.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case notAJournal = "not_a_journal"
            case corrupted
            case newerSchema = "newer_schema"
            case networkFileSystem = "network_file_system"
            case notAccessible = "not_accessible"
            case diskFull = "disk_full"
            case locked
            case unknownRun = "unknown_run"
            case ambiguousRun = "ambiguous_run"
            case unknownStep = "unknown_step"
            case unknownScript = "unknown_script"
            case conflict
            case claimLost = "claim_lost"
            case storage
        }

        private let value: Value

        /// The file is something else than a run journal.
        public static let notAJournal = Code(value: .notAJournal)
        /// The file was a run journal and is damaged.
        public static let corrupted = Code(value: .corrupted)
        /// The journal was made by a newer program.
        public static let newerSchema = Code(value: .newerSchema)
        /// The file is on a network file system, where its locks do not hold.
        public static let networkFileSystem = Code(value: .networkFileSystem)
        /// The file or its folder cannot be made, read or written.
        public static let notAccessible = Code(value: .notAccessible)
        /// There is no space left.
        public static let diskFull = Code(value: .diskFull)
        /// Another process kept the journal locked for too long.
        public static let locked = Code(value: .locked)
        /// No run has this id.
        public static let unknownRun = Code(value: .unknownRun)
        /// Several runs have ids that begin so.
        public static let ambiguousRun = Code(value: .ambiguousRun)
        /// No such step was recorded.
        public static let unknownStep = Code(value: .unknownStep)
        /// No source has this SHA-256.
        public static let unknownScript = Code(value: .unknownScript)
        /// What shall be recorded contradicts what is.
        public static let conflict = Code(value: .conflict)
        /// Another process has taken the run over.
        public static let claimLost = Code(value: .claimLost)
        /// The journal failed in another way; the cause has its words.
        public static let storage = Code(value: .storage)

        /// The code's name, as scripts and JSON see it.
        public var description: String { value.rawValue }
    }

    /// What kind of failure it is.
    public var code: Code
    /// What failed, on which value.
    public var message: String
    /// What the reader can do now; `nil` if there is nothing to do.
    public var fix: String?
    /// The failure below this one; `nil` if there is none.
    public var cause: (any Error)?

    /// Makes an error.
    public init(_ code: Code, _ message: String, fix: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.fix = fix
        self.cause = cause
    }
}

extension JournalError: CustomStringConvertible {
    /// The message, then the fix.
    public var description: String {
        fix.map { "\(message). \($0)" } ?? message
    }
}

extension JournalError {
    /// No run has this id, nor one that begins so.
    public static func unknownRun(_ id: String) -> JournalError {
        JournalError(.unknownRun, "no run has the id '\(id)'", fix: "List the runs to see their ids.")
    }

    /// Several runs have ids that begin so; `ids` are some of them.
    public static func ambiguousRun(_ prefix: String, ids: [String]) -> JournalError {
        JournalError(
            .ambiguousRun,
            "several runs have ids that begin with '\(prefix)'",
            fix: "Give more of the id: \(ids.joined(separator: ", "))."
        )
    }

    /// No step with this key was recorded.
    public static func unknownStep(_ key: StepKey) -> JournalError {
        JournalError(.unknownStep, "no step '\(key)' is recorded")
    }

    /// No source with this SHA-256 is kept.
    public static func unknownScript(_ sha256: String) -> JournalError {
        JournalError(.unknownScript, "no script with the SHA-256 '\(sha256)' is kept")
    }

    /// Another host executes the run now.
    public static func claimLost(_ claim: RunClaim) -> JournalError {
        JournalError(.claimLost, "run '\(claim.run)' was taken over by another process")
    }
}
