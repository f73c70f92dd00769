public import BackupAPI
import HostSystem
import Synchronization

/// A token store in a file: what `moonkeep token create` writes and the server reads.
///
/// Tokens and keys are random values of 256 bits, of which the file has the SHA-256 only. The server and the command
/// may use it at the same time; a token that is made or revoked counts from the next request on.
public actor FileTokenStore: TokenStore {
    private let file: TokenFile
    private let loginLifetime: Duration
    private let now: @Sendable () -> Timestamp
    private let randomBytes: @Sendable (Int) -> [UInt8]
    private let cached = Mutex<(stamp: FileStamp, records: TokenRecords)?>(nil)

    /// A login beyond this many makes the user's oldest token invalid, so that the file does not grow without end.
    private static let maximumLogins = 100

    /// Makes a store; the file is made with the first user or token.
    ///
    /// `loginLifetime` is how long the tokens of logins live, and `lockTimeout` how long a change waits for another process that
    /// changes the file; then it throws `token_file_busy`. `now` is the clock, and `randomBytes` makes so many
    /// bytes that no one can guess.
    public init(
        path: String,
        loginLifetime: Duration = .seconds(86_400),
        lockTimeout: Duration = .seconds(10),
        now: @escaping @Sendable () -> Timestamp,
        randomBytes: (@Sendable (Int) -> [UInt8])? = nil
    ) {
        file = TokenFile(path: path, lockTimeout: lockTimeout)
        self.loginLifetime = loginLifetime
        self.now = now
        self.randomBytes = randomBytes ?? Secret.systemBytes
    }

    /// Whom a token belongs to. Throws `token_file` when the file cannot be read or others may.
    public nonisolated func principal(ofToken token: String) async throws -> Principal? {
        guard let found = try records().token(hash: Secret.hash(token)), found.expires > now() else {
            return nil
        }
        return found.principal
    }

    /// Makes a token for a user with this key. Throws `token_file`.
    public func logIn(user name: String, apiKey: String) async throws -> IssuedToken? {
        let hash = Secret.hash(apiKey)
        guard try records().user(name, keyHash: hash) != nil else { return nil }
        return try await change { records, now in
            guard let user = records.user(name, keyHash: hash) else { return nil }
            let principal = Principal(name: user.name, project: user.project, role: user.role)
            let logins = records.tokens.filter { $0.user == name }.sorted { $0.created < $1.created }
            let surplus = Set(logins.dropLast(Self.maximumLogins - 1).map(\.id))
            records.tokens.removeAll { surplus.contains($0.id) }
            return self.add(principal, user: name, lifetime: self.loginLifetime, now: now, to: &records)
        }
    }

    /// Makes a token by hand; `name` says what it is for, in 1 to 255 bytes. Throws `invalid_name` and `token_file`.
    public func createToken(
        for name: String,
        project: String,
        role: Principal.Role = .admin,
        lifetime: Duration
    ) async throws -> IssuedToken {
        try Self.check(name)
        return try await change { records, now in
            let principal = Principal(name: name, project: project, role: role)
            return self.add(principal, user: nil, lifetime: lifetime, now: now, to: &records)
        }
    }

    /// All tokens that have not expired, the oldest first. Throws `token_file`.
    public func tokens() throws -> [TokenSummary] {
        let now = now()
        return try records().tokens.filter { $0.expires > now }.map { token in
            TokenSummary(
                id: token.id,
                principal: token.principal,
                created: token.created,
                expires: token.expires,
                isLogin: token.user != nil
            )
        }
    }

    /// Makes a token invalid at once. Throws `unknown_token` and `token_file`.
    public func revokeToken(_ id: String) async throws {
        try await change { records, _ in
            guard records.tokens.contains(where: { $0.id == id }) else { throw ServerError.unknownToken(id) }
            records.tokens.removeAll { $0.id == id }
        }
    }

    /// Makes a user and returns the key, which is shown nowhere again. Throws `invalid_name`, `user_taken` and
    /// `token_file`.
    public func createUser(
        _ name: String,
        project: String,
        role: Principal.Role = .admin
    ) async throws -> String {
        try Self.check(name)
        let key = Secret.text(of: randomBytes(32))
        try await change { records, _ in
            guard !records.users.contains(where: { $0.name == name }) else {
                throw ServerError.userTaken(name)
            }
            records.users.append(.init(name: name, project: project, role: role, keyHash: Secret.hash(key)))
        }
        return key
    }

    /// Removes a user and the tokens of the user's logins. Throws `unknown_user` and `token_file`.
    public func removeUser(_ name: String) async throws {
        try await change { records, _ in
            guard records.users.contains(where: { $0.name == name }) else {
                throw ServerError.unknownUser(name)
            }
            records.users.removeAll { $0.name == name }
            records.tokens.removeAll { $0.user == name }
        }
    }

    private static func check(_ name: String) throws(ServerError) {
        guard (1...255).contains(name.utf8.count) else { throw .invalidName(bytes: name.utf8.count) }
    }

    private nonisolated func records() throws -> TokenRecords {
        guard let stamp = try file.stamp() else { return TokenRecords() }
        if let cached = cached.withLock({ $0 }), cached.stamp == stamp { return cached.records }
        let records = try file.read()
        cached.withLock { $0 = (stamp, records) }
        return records
    }

    /// Changes what the file says as it is now; expired tokens are dropped on the way.
    private func change<Value>(_ work: (inout TokenRecords, Timestamp) throws -> Value) async throws -> Value
    {
        try await file.locked {
            var records = try file.stamp() == nil ? TokenRecords() : file.read()
            let now = now()
            records.tokens.removeAll { $0.expires <= now }
            let value = try work(&records, now)
            try file.write(records)
            cached.withLock { $0 = nil }
            return value
        }
    }

    private func add(
        _ principal: Principal,
        user: String?,
        lifetime: Duration,
        now: Timestamp,
        to records: inout TokenRecords
    ) -> IssuedToken {
        let secret = Secret.text(of: randomBytes(32))
        let id = Secret.text(of: randomBytes(6))
        let expires = now.advanced(by: lifetime)
        records.tokens.append(
            .init(
                id: id,
                name: principal.name,
                project: principal.project,
                role: principal.role,
                created: now,
                expires: expires,
                user: user,
                hash: Secret.hash(secret)
            )
        )
        return IssuedToken(id: id, secret: secret, expires: expires, principal: principal)
    }
}
