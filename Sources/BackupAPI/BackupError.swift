/// The error of every `BackupService`: what failed, on which value, and what to do about it.
public struct BackupError: Error, Sendable {
    /// What kind of failure it is, for a program to switch on.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case unknownConfiguration = "unknown_configuration"
            case unknownBackup = "unknown_backup"
            case unknownRestore = "unknown_restore"
            case unknownCleanup = "unknown_cleanup"
            case unknownAgent = "unknown_agent"
            case unknownPath = "unknown_path"
            case invalidRequest = "invalid_request"
            case unauthorized
            case forbidden
            case unreachable
            case invalidConfiguration = "invalid_configuration"
            case conflict
            case toolMissing = "tool_missing"
            case wrongPassword = "wrong_password"
            case repositoryLocked = "repository_locked"
            case repositoryMissing = "repository_missing"
            case diskFull = "disk_full"
            case timedOut = "timed_out"
            case unsupported
            case storage
            case service
        }

        private let value: Value

        /// No configuration has this id or name.
        public static let unknownConfiguration = Code(value: .unknownConfiguration)
        /// No backup has this id.
        public static let unknownBackup = Code(value: .unknownBackup)
        /// No restore has this id.
        public static let unknownRestore = Code(value: .unknownRestore)
        /// No cleanup has this id.
        public static let unknownCleanup = Code(value: .unknownCleanup)
        /// No agent has this id.
        public static let unknownAgent = Code(value: .unknownAgent)
        /// There is no file or folder with this path.
        public static let unknownPath = Code(value: .unknownPath)
        /// A request breaks a rule of the contract; the message names each.
        public static let invalidRequest = Code(value: .invalidRequest)
        /// The service does not know who asks: a wrong or expired key or token.
        public static let unauthorized = Code(value: .unauthorized)
        /// The service knows who asks, and does not allow it.
        public static let forbidden = Code(value: .forbidden)
        /// The service could not be reached, or broke off.
        public static let unreachable = Code(value: .unreachable)
        /// The configuration breaks a rule of the contract.
        public static let invalidConfiguration = Code(value: .invalidConfiguration)
        /// The resource's state does not allow it, for example a stop of a finished backup.
        public static let conflict = Code(value: .conflict)
        /// A program that does the work is not installed, or too old.
        public static let toolMissing = Code(value: .toolMissing)
        /// The repository's password is wrong or missing.
        public static let wrongPassword = Code(value: .wrongPassword)
        /// Another program holds the repository's lock.
        public static let repositoryLocked = Code(value: .repositoryLocked)
        /// There is no repository where one was expected.
        public static let repositoryMissing = Code(value: .repositoryMissing)
        /// There is no space left.
        public static let diskFull = Code(value: .diskFull)
        /// A deadline passed.
        public static let timedOut = Code(value: .timedOut)
        /// The service cannot do this.
        public static let unsupported = Code(value: .unsupported)
        /// The service's own store could not be read or written.
        public static let storage = Code(value: .storage)
        /// The service failed in another way; the message has its words.
        public static let service = Code(value: .service)

        /// The code's name, as scripts and JSON see it.
        public var description: String { value.rawValue }
    }

    /// What kind of failure it is.
    public var code: Code
    /// What failed, on which value.
    public var message: String
    /// What the reader can do now; `nil` if there is nothing to do.
    public var fix: String?
    /// Whether the same call may succeed later without a change.
    public var isRetryable: Bool
    /// The failure below this one; `nil` if there is none.
    public var cause: (any Error)?

    /// Makes an error.
    public init(
        _ code: Code,
        _ message: String,
        fix: String? = nil,
        isRetryable: Bool = false,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.fix = fix
        self.isRetryable = isRetryable
        self.cause = cause
    }
}

extension BackupError: CustomStringConvertible {
    /// The message, then the fix.
    public var description: String {
        fix.map { "\(message). \($0)" } ?? message
    }
}

extension BackupError {
    /// No configuration has this id or name; names the nearest one, or all.
    public static func unknownConfiguration(_ reference: String, known: [String]) -> BackupError {
        let fix: String
        if let nearest = known.nearest(to: reference) {
            fix = "Did you mean '\(nearest)'?"
        } else if known.isEmpty {
            fix = "There are no configurations yet."
        } else {
            fix = "Known are: \(known.sorted().joined(separator: ", "))."
        }
        return BackupError(.unknownConfiguration, "no configuration is called '\(reference)'", fix: fix)
    }

    /// No backup has this id.
    public static func unknownBackup(_ id: String) -> BackupError {
        BackupError(.unknownBackup, "no backup has the id '\(id)'", fix: "List the backups to see their ids.")
    }

    /// No restore has this id.
    public static func unknownRestore(_ id: String) -> BackupError {
        BackupError(.unknownRestore, "no restore has the id '\(id)'")
    }

    /// No cleanup has this id.
    public static func unknownCleanup(_ id: String) -> BackupError {
        BackupError(.unknownCleanup, "no cleanup has the id '\(id)'")
    }

    /// No agent has this id.
    public static func unknownAgent(_ id: String) -> BackupError {
        BackupError(.unknownAgent, "no agent has the id '\(id)'")
    }

    /// The service cannot do this.
    public static func unsupported(_ what: String) -> BackupError {
        BackupError(.unsupported, "this service cannot \(what)")
    }

    /// A configuration breaks rules of the contract; the message has each of them.
    public static func invalidConfiguration(_ name: String, problems: [String]) -> BackupError {
        BackupError(.invalidConfiguration, "configuration '\(name)': \(problems.joined(separator: "; "))")
    }

    /// A request breaks rules of the contract; the message has each of them.
    public static func invalidRequest(_ problems: [String]) -> BackupError {
        BackupError(.invalidRequest, problems.joined(separator: "; "))
    }

    /// Another configuration that is not deleted has the name.
    public static func nameTaken(_ name: String) -> BackupError {
        BackupError(
            .conflict,
            "another configuration has the name '\(name)'",
            fix: "Choose another name, or delete that one."
        )
    }

    /// A restore that is over cannot be changed (contract 4.3).
    public static func alreadyFinal(restore id: ResourceID<Restore>, state: ActivityState) -> BackupError {
        BackupError(.conflict, "restore '\(id)' is already \(state) and cannot be stopped")
    }

    /// A cleanup that is over cannot be changed (contract 4.3).
    public static func alreadyFinal(cleanup id: ResourceID<Cleanup>, state: ActivityState) -> BackupError {
        BackupError(.conflict, "cleanup '\(id)' is already \(state) and cannot be stopped")
    }

    /// A backup that is over cannot be changed (contract 4.3).
    public static func alreadyFinal(_ id: ResourceID<Backup>, state: ActivityState) -> BackupError {
        BackupError(.conflict, "backup '\(id)' is already \(state) and cannot be stopped")
    }
}
