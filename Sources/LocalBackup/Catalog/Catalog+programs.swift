import BackupAPI
import GRDB

extension Catalog {
    /// Whether a backup into this repository was made ready before.
    func knowsRepository(_ address: String) async throws -> Bool {
        let hash = StableID.uuid(of: "repository:" + address)
        return try await read { database in
            try Bool.fetchOne(
                database,
                sql: "SELECT EXISTS (SELECT 1 FROM repository WHERE address_hash = ?)",
                arguments: [hash]
            ) ?? false
        }
    }

    /// Remembers a repository; the address is kept without its password.
    func rememberRepository(_ address: String, now: Timestamp) async throws {
        let hash = StableID.uuid(of: "repository:" + address)
        try await write { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO repository VALUES (?, ?, ?)",
                arguments: [hash, AddressSecrets(address).shown, now.microseconds]
            )
        }
    }

    /// What a program said of its version when it was this file; `nil` when it was another one or was never asked.
    func version(of path: String, fingerprint: String) async throws -> String? {
        try await read { database in
            try String.fetchOne(
                database,
                sql: "SELECT version FROM program WHERE path = ? AND fingerprint = ?",
                arguments: [path, fingerprint]
            )
        }
    }

    /// Remembers what a program said of its version.
    func remember(version: String, of path: String, fingerprint: String) async throws {
        try await write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO program VALUES (?, ?, ?)",
                arguments: [path, fingerprint, version]
            )
        }
    }
}
