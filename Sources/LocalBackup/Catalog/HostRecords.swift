import BackupAPI
import GRDB

/// What is remembered of this host: who it is, which repositories and programs it has seen, and which of its restics were killed.
struct HostRecords: Sendable {
    let file: CatalogFile

    /// The agent's id on a machine: `new` when there was none yet. A copy of the catalog on another machine has another.
    func agent(of machine: String, new: String) async throws -> ResourceID<Agent> {
        try await file.write { database in
            try database.execute(sql: "INSERT OR IGNORE INTO agent VALUES (?, ?)", arguments: [machine, new])
            let sql = "SELECT id FROM agent WHERE machine = ?"
            return ResourceID(try String.fetchOne(database, sql: sql, arguments: [machine]) ?? new)
        }
    }

    /// Notes what tells the source of a configuration's backups from another one; returns what it was before.
    func replaceSource(of configuration: String, with fingerprint: String) async throws -> String? {
        try await file.write { database in
            let sql = "SELECT fingerprint FROM source WHERE configuration_id = ?"
            let before = try String.fetchOne(database, sql: sql, arguments: [configuration])
            guard before != fingerprint else { return before }
            try database.execute(
                sql: "INSERT OR REPLACE INTO source VALUES (?, ?)",
                arguments: [configuration, fingerprint]
            )
            return before
        }
    }

    func remember(_ restic: LostRestic, in repository: String) async throws {
        try await file.write { database in
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO lost_restic (number, host_name, began, ended, repository)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [restic.number, restic.hostName, restic.began, restic.ended, repository]
            )
        }
    }

    /// The restics that were killed, whose locks may be in a repository still.
    func lostRestics(in repository: String) async throws -> [LostRestic] {
        try await file.read { database in
            let sql = "SELECT * FROM lost_restic WHERE repository = ? ORDER BY began"
            return try Row.fetchAll(database, sql: sql, arguments: [repository]).map { row in
                LostRestic(
                    number: row["number"],
                    hostName: row["host_name"],
                    began: row["began"],
                    ended: row["ended"]
                )
            }
        }
    }

    func forget(_ restics: [LostRestic]) async throws {
        try await file.write { database in
            for restic in restics {
                try database.execute(
                    sql: "DELETE FROM lost_restic WHERE number = ? AND host_name = ? AND began = ?",
                    arguments: [restic.number, restic.hostName, restic.began]
                )
            }
        }
    }

    /// Whether a backup into this repository was made ready before.
    func knowsRepository(_ address: String) async throws -> Bool {
        let hash = StableID.uuid(of: "repository:" + address)
        return try await file.read { database in
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
        try await file.write { database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO repository VALUES (?, ?, ?)",
                arguments: [hash, AddressSecrets(address).shown, now.microseconds]
            )
        }
    }

    /// What a program said of its version when it was this file; `nil` when it was another one or was never asked.
    func version(of path: String, fingerprint: String) async throws -> String? {
        try await file.read { database in
            try String.fetchOne(
                database,
                sql: "SELECT version FROM program WHERE path = ? AND fingerprint = ?",
                arguments: [path, fingerprint]
            )
        }
    }

    /// Remembers what a program said of its version.
    func remember(version: String, of path: String, fingerprint: String) async throws {
        try await file.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO program VALUES (?, ?, ?)",
                arguments: [path, fingerprint, version]
            )
        }
    }
}
