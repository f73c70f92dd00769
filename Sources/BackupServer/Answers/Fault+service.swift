import BackupAPI
import Hummingbird

extension Fault {
    /// The fault that fits what the service threw. What failed within the host is said in general words, followed by `hint`:
    /// the error itself may name its folders and programs, and is for the log. `sent` is what the client said.
    init(_ error: BackupError, hint: String, sent: String) {
        let status = Self.status(of: error)
        let message =
            Self.sentence(of: error).map { "\($0); \(hint)" }
            ?? HostPaths.hidden(in: error.description, except: sent)
        self.init(status: status, message: message)
        if status == 503 { headers[.retryAfter] = "5" }
    }

    private static func status(of error: BackupError) -> Int {
        switch error.code {
        case .unknownConfiguration, .unknownBackup, .unknownRestore, .unknownCleanup, .unknownAgent,
            .unknownPath:
            404
        case .invalidRequest, .invalidConfiguration: 400
        case .forbidden: 403
        case .conflict: 409
        case .unsupported: 501
        case .unreachable, .repositoryLocked, .timedOut: 503
        default: error.isRetryable ? 503 : 500
        }
    }

    /// What is said of a failure that the client has no part in; `nil` for those that it has.
    private static func sentence(of error: BackupError) -> String? {
        switch error.code {
        case .unknownConfiguration, .unknownBackup, .unknownRestore, .unknownCleanup, .unknownAgent,
            .unknownPath, .invalidRequest, .invalidConfiguration, .forbidden, .conflict, .unsupported:
            nil
        case .unreachable: "what keeps the backups cannot be reached"
        case .repositoryLocked: "the repository is in use by another program"
        case .repositoryMissing: "there is no repository where the service expects it"
        case .wrongPassword: "the repository does not take the service's password"
        case .unauthorized: "the service is not let in where it keeps the backups"
        case .toolMissing: "a program that the service needs is missing or too old"
        case .diskFull: "the service has no space left"
        case .timedOut: "the service did not get ready in time"
        case .storage where error.isRetryable: "the service's store is in use by another program"
        case .storage: "the service's store cannot be used"
        default: "the service failed"
        }
    }
}
