public import BackupAPI

/// What knows the users of a server and their tokens.
public protocol TokenStore: Sendable {
    /// Whom a token belongs to; `nil` when it is unknown, revoked or expired.
    func principal(ofToken token: String) async throws -> Principal?

    /// Makes a token for a user; `nil` when there is no such user or the key is not the user's.
    func logIn(user: String, apiKey: String) async throws -> IssuedToken?
}

/// Whom a request comes from.
public struct Principal: Hashable, Sendable {
    /// What a principal may do (contract 1.12).
    public enum Role: String, Codable, Sendable, CaseIterable {
        /// Reads.
        case observer
        /// Reads, creates and updates.
        case creator
        /// Reads, creates, updates and deletes.
        case admin
    }

    /// The user's name, or what the token is for.
    public var name: String
    /// The project that the principal may use.
    public var project: String
    /// What the principal may do there.
    public var role: Role

    /// Makes a principal.
    public init(name: String, project: String, role: Role = .admin) {
        self.name = name
        self.project = project
        self.role = role
    }
}

/// A token at the moment of its making, the only one at which its secret is known.
public struct IssuedToken: Hashable, Sendable {
    /// What the token is listed and revoked by; no secret.
    public var id: String
    /// The value of `X-Auth-Token`: 64 hexadecimal digits.
    public var secret: String
    /// When it stops working.
    public var expires: Timestamp
    /// Whom it belongs to.
    public var principal: Principal

    /// Makes a token.
    public init(id: String, secret: String, expires: Timestamp, principal: Principal) {
        self.id = id
        self.secret = secret
        self.expires = expires
        self.principal = principal
    }
}

/// What may be shown of a token.
public struct TokenSummary: Hashable, Sendable {
    /// What the token is revoked by.
    public var id: String
    /// Whom it belongs to.
    public var principal: Principal
    /// When it was made.
    public var created: Timestamp
    /// When it stops working.
    public var expires: Timestamp
    /// Whether it was made by a login with a key.
    public var isLogin: Bool
}
