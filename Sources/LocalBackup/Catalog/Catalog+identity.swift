import BackupAPI
import GRDB

extension Catalog {
    /// Who this host is, and which of its restics were killed.
    static func registerIdentity(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("identity") { database in
            try database.execute(
                sql: """
                    CREATE TABLE agent (
                        machine TEXT PRIMARY KEY,
                        id TEXT NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE lost_restic (
                        number INTEGER NOT NULL,
                        host_name TEXT NOT NULL,
                        began INTEGER NOT NULL,
                        ended INTEGER NOT NULL,
                        PRIMARY KEY (host_name, number, began)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE source (
                        configuration_id TEXT PRIMARY KEY,
                        fingerprint TEXT NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    """
            )
        }
    }

    /// The agent's id on a machine: `new` when there was none yet. A copy of the catalog on another machine has another.
    func agent(of machine: String, new: String) async throws -> ResourceID<Agent> {
        try await write { database in
            try database.execute(sql: "INSERT OR IGNORE INTO agent VALUES (?, ?)", arguments: [machine, new])
            let sql = "SELECT id FROM agent WHERE machine = ?"
            return ResourceID(try String.fetchOne(database, sql: sql, arguments: [machine]) ?? new)
        }
    }

    /// The ids that configurations have or had: one that was used is not given to another configuration.
    func usedConfigurationIDs() async throws -> Set<String> {
        try await read { database in
            try String.fetchSet(
                database,
                sql: "SELECT id FROM configuration UNION SELECT DISTINCT configuration_id FROM backup"
            )
        }
    }

    /// Notes what tells the source of a configuration's backups from another one; answers what it was before.
    func replaceSource(of configuration: String, with fingerprint: String) async throws -> String? {
        try await write { database in
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

    /// The name that each configuration had at its last backup, by its id.
    func configurationNames() async throws -> [String: String] {
        try await read { database in
            let sql =
                "SELECT configuration_id, configuration_name, max(number) FROM backup GROUP BY configuration_id"
            let rows = try Row.fetchAll(database, sql: sql)
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as String, $0[1] as String) })
        }
    }

    /// The completed backups of a configuration that have a snapshot, the newest first.
    func completedBackups(of configuration: String) async throws -> [BackupRow] {
        try await read { database in
            try BackupRow.filter(
                Column("configuration_id") == configuration && Column("state") == "completed"
            )
            .filter(Column("snapshot_number") != nil && Column("forgotten_time") == nil)
            .order(Column("number").desc).fetchAll(database)
        }
    }

    func remember(_ restic: LostRestic) async throws {
        try await write { database in
            try database.execute(
                sql:
                    "INSERT OR REPLACE INTO lost_restic (number, host_name, began, ended) VALUES (?, ?, ?, ?)",
                arguments: [restic.number, restic.hostName, restic.began, restic.ended]
            )
        }
    }

    /// The restics that were killed, whose locks may be in the repository still.
    func lostRestics() async throws -> [LostRestic] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM lost_restic ORDER BY began").map { row in
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
        try await write { database in
            for restic in restics {
                try database.execute(
                    sql: "DELETE FROM lost_restic WHERE number = ? AND host_name = ? AND began = ?",
                    arguments: [restic.number, restic.hostName, restic.began]
                )
            }
        }
    }
}
