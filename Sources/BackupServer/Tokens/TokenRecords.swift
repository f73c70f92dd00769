import BackupAPI

/// What a token file says; secrets are there as hashes only.
struct TokenRecords: Codable {
    struct User: Codable {
        var name: String
        var project: String
        var role: Principal.Role
        var keyHash: String

        private enum CodingKeys: String, CodingKey {
            case name, project, role
            case keyHash = "key_sha256"
        }
    }

    struct Token: Codable {
        var id: String
        var name: String
        var project: String
        var role: Principal.Role
        var created: Timestamp
        var expires: Timestamp
        /// The user that logged in; `nil` for a token that was made by hand.
        var user: String?
        var hash: String

        private enum CodingKeys: String, CodingKey {
            case id, name, project, role, created, expires, user
            case hash = "sha256"
        }
    }

    var users: [User] = []
    var tokens: [Token] = []

    /// The token with the secret's hash. All are looked at, so that the time does not tell which one it was.
    func token(hash: String) -> Token? {
        tokens.reduce(nil) { found, token in Secret.isEqual(token.hash, hash) ? token : found }
    }

    /// The user whose name and key these are; unknown names take as long as wrong keys.
    func user(_ name: String, keyHash: String) -> User? {
        users.reduce(nil) { found, user in
            let hasKey = Secret.isEqual(user.keyHash, keyHash)
            return hasKey && user.name == name ? user : found
        }
    }
}

extension TokenRecords.Token {
    var principal: Principal { Principal(name: name, project: project, role: role) }
}
