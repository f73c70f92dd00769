import BackupAPI
import Synchronization

/// Who is signed in to the console. The cookie has a random value that is known here by its hash only; the token stays in the
/// server's memory, so that one that is revoked or expires ends its sessions, and ending the server ends all.
final class ConsoleSessions: Sendable {
    /// One browser's stay.
    struct Session: Sendable {
        let principal: Principal
        /// What its forms carry, and no other site's page knows.
        let formToken: String
        fileprivate let token: String
        fileprivate let began: Timestamp
        fileprivate var used: Timestamp
    }

    /// A session that nobody uses for so long ends.
    private static let idleLifetime: Duration = .seconds(12 * 3_600)
    /// No session is longer.
    static let lifetime: Duration = .seconds(7 * 86_400)
    /// One more ends the one that was not used for longest.
    private static let maximumCount = 1_000

    private let tokens: any TokenStore
    private let now: @Sendable () -> Timestamp
    private let sessions = Mutex<[String: Session]>([:])

    init(tokens: any TokenStore, now: @escaping @Sendable () -> Timestamp) {
        self.tokens = tokens
        self.now = now
    }

    /// Begins a session of whom a token belongs to and returns its cookie's value; `nil` for a token that is not valid.
    func begin(token: String, project: String) async throws -> String? {
        guard let principal = try await tokens.principal(ofToken: token), principal.project == project else {
            return nil
        }
        let cookie = Secret.text(of: Secret.systemBytes(32))
        let now = now()
        let session = Session(
            principal: principal,
            formToken: Secret.text(of: Secret.systemBytes(32)),
            token: token,
            began: now,
            used: now
        )
        sessions.withLock { sessions in
            sessions = sessions.filter { Self.isValid($0.value, at: now) }
            if sessions.count >= Self.maximumCount,
                let oldest = sessions.min(by: { $0.value.used < $1.value.used })?.key
            {
                sessions[oldest] = nil
            }
            sessions[Secret.hash(cookie)] = session
        }
        return cookie
    }

    /// The session of a cookie; `nil` when it is over, and when its token is not valid any more.
    func session(_ cookie: String) async throws -> Session? {
        let key = Secret.hash(cookie)
        let now = now()
        guard var session = sessions.withLock({ $0[key] }), Self.isValid(session, at: now),
            try await tokens.principal(ofToken: session.token) == session.principal
        else {
            end(cookie)
            return nil
        }
        session.used = now
        // One that was ended meanwhile stays so.
        sessions.withLock { [session] in if $0[key] != nil { $0[key] = session } }
        return session
    }

    func end(_ cookie: String) {
        sessions.withLock { _ = $0.removeValue(forKey: Secret.hash(cookie)) }
    }

    private static func isValid(_ session: Session, at now: Timestamp) -> Bool {
        now < session.used.advanced(by: idleLifetime) && now < session.began.advanced(by: lifetime)
    }
}
