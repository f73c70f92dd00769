import BackupAPI

/// What a request needs of a login. Neither its description nor a dump of it has the token.
struct Access: Sendable, CustomStringConvertible, CustomReflectable {
    let token: String
    let base: BaseURL
    /// When a new token should be there; `nil` for one that is good until it is refused.
    var renewal: Timestamp?
    /// When the token stops to work.
    var expiry: Timestamp?

    var description: String { "access to \(base)" }
    var customMirror: Mirror { Mirror(self, children: ["base": base]) }
}

/// The login: gets a token when one is needed, once for all who need one at the same time.
actor Session {
    private let login: Login
    private let now: @Sendable () -> Timestamp
    private var current: Access?
    private var renewing: Task<Access, any Error>?

    init(login: Login, now: @escaping @Sendable () -> Timestamp) {
        self.login = login
        self.now = now
    }

    /// A token that is not the refused one, as far as the credentials can give one.
    ///
    /// It is renewed before it expires; while that fails, the old one is used as long as it is good. Throws what the
    /// login throws.
    func access(insteadOf refused: String? = nil) async throws -> Access {
        while true {
            if let current, current.token != refused, current.renewal.map({ now() < $0 }) ?? true {
                return current
            }
            let renewing = renewing ?? renew()
            do {
                return try await withTaskCancellationHandler {
                    try await renewing.value
                } onCancel: {
                    renewing.cancel()
                }
            } catch is CancellationError {
                // Another caller gave up, and the login with it.
                try Task.checkCancellation()
            } catch {
                if let current, current.token != refused, let expiry = current.expiry, now() < expiry {
                    return current
                }
                throw error
            }
        }
    }

    private func renew() -> Task<Access, any Error> {
        let task = Task {
            defer { renewing = nil }
            let access = try await login.access(at: now())
            current = access
            return access
        }
        renewing = task
        return task
    }
}
