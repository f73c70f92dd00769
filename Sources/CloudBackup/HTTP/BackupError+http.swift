import BackupAPI
import NIOHTTP1

extension BackupError {
    /// What an answer that is no success means.
    static func refused(_ request: CloudRequest, _ answer: CloudAnswer) -> BackupError {
        let words = answer.words.map { ": \($0)" } ?? ""
        let message = "\(request.title) was answered with \(answer.status)\(words)"
        switch answer.status {
        case 400: return BackupError(.invalidRequest, message, fix: "Correct what the service names.")
        case 401:
            return BackupError(
                .unauthorized,
                message,
                fix: "Check the user name and the API key, or get a new token."
            )
        case 403: return BackupError(.forbidden, message, fix: role(for: request.method))
        case 404:
            return request.missing?()
                ?? BackupError(.service, message, fix: "Check the base URL of the service.")
        case 405, 501:
            return BackupError(.unsupported, message, fix: "This service does not offer it.")
        case 409:
            return BackupError(.conflict, message, fix: "Read the resource again to see its state.")
        case 422:
            return BackupError(
                .conflict,
                message,
                fix: "The key of this start belongs to another one; start it anew, with a key of its own."
            )
        case 429, 503:
            let when = answer.retryAfter.map { "in \($0.components.seconds) seconds" } ?? "later"
            return BackupError(
                .service,
                message,
                fix: "The service is overloaded or in maintenance; try again \(when).",
                isRetryable: true
            )
        case 500...: return failed(request, message)
        default: return BackupError(.service, message, fix: "Check the base URL of the service.")
        }
    }

    /// No connection came about.
    static func unreachable(_ request: CloudRequest, _ origin: Origin, cause: any Error) -> BackupError {
        BackupError(
            .unreachable,
            "\(request.title) was not sent: \(origin) cannot be reached",
            fix: "Check the address and the network; nothing was begun.",
            isRetryable: true,
            cause: cause
        )
    }

    /// The connection ended before the answer did.
    static func brokenOff(_ request: CloudRequest, _ origin: Origin, cause: any Error) -> BackupError {
        var error = failed(request, "\(request.title): the connection to \(origin) broke off")
        error.code = .unreachable
        error.cause = cause
        return error
    }

    /// No answer came in time.
    static func late(_ request: CloudRequest, _ limit: Duration) -> BackupError {
        var error = failed(request, "\(request.title) was not answered within \(limit)")
        error.code = .timedOut
        return error
    }

    /// A success whose body is not what the contract says.
    static func unreadable(_ request: CloudRequest, _ answer: CloudAnswer, _ what: String) -> BackupError {
        var error = failed(
            request,
            "\(request.title) was answered with \(answer.status), but its \(answer.mediaType) is \(what)"
        )
        if case .harmless = request.repetition {
            error.fix = "Check that the base URL leads to the service and to no other page; else try again."
        }
        return error
    }

    /// A redirect that would take the token elsewhere.
    static func redirected(_ request: CloudRequest, from origin: Origin, to target: String) -> BackupError {
        BackupError(
            .service,
            "\(request.title) was redirected from \(origin) to \(target), and the token goes to \(origin) only",
            fix: "If the service has moved, change its base URL."
        )
    }

    /// The service failed; whether it began what was asked is not known.
    private static func failed(_ request: CloudRequest, _ message: String) -> BackupError {
        switch request.repetition {
        case .harmless: BackupError(.service, message, fix: "Try again later.", isRetryable: true)
        case .begins(let what):
            BackupError(
                .service,
                message,
                fix: "It is not known whether the \(what) was started: look at the list before another start."
            )
        }
    }

    /// The roles that allow a request, by its method (contract 1.12).
    private static func role(for method: HTTPMethod) -> String {
        let role =
            switch method {
            case .GET: "cloudbackup:observer"
            case .DELETE: "cloudbackup:admin"
            default: "cloudbackup:creator"
            }
        return "The user may need the role \(role); else a rule of the service forbids it."
    }
}
