import BackupAPI
import GRDB

extension Catalog {
    /// The errors of a backup, in the order of their appearance.
    func errorItems(of id: String) async throws -> [ErrorItem] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM backup_error WHERE backup_id = ? ORDER BY item",
                arguments: [id]
            )
            .map { row in
                let code: Int? = row["code"]
                return ErrorItem(
                    index: row["item"],
                    path: row["path"],
                    type: row["type"],
                    description: row["description"],
                    exception: code.map {
                        ErrorException(code: $0, description: row["description"] ?? "", details: "")
                    }
                )
            }
        }
    }

    /// The events of a backup, oldest first.
    func events(of id: String, agent: ResourceID<Agent>) async throws -> [Event] {
        try await read { database in
            _ = try Self.row(id: id, database)
            return try Row.fetchAll(
                database,
                sql: "SELECT * FROM event WHERE backup_id = ? ORDER BY id",
                arguments: [id]
            )
            .map { row in
                Event(
                    id: ResourceID("\(row["id"] as Int64)"),
                    time: Timestamp(microseconds: row["time"]),
                    event: row["event"],
                    agent: .init(id: agent.rawValue),
                    configuration: .init(id: row["configuration_id"]),
                    backup: .init(id: row["backup_id"])
                )
            }
        }
    }

    /// The last backup of each configuration that left a snapshot.
    func lastCompleted() async throws -> [ResourceID<BackupAPI.Configuration>: ResourceID<Backup>] {
        try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT configuration_id, id, max(number) FROM backup
                    WHERE state IN ('completed', 'completed_with_errors') GROUP BY configuration_id
                    """
            )
            return Dictionary(
                uniqueKeysWithValues: rows.map { row in
                    (ResourceID(row["configuration_id"] as String), ResourceID(row["id"] as String))
                }
            )
        }
    }

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
                arguments: [hash, address.redacted, now.microseconds]
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

    static func addEvent(_ name: String, _ row: BackupRow, time: Int64, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO event (time, event, backup_id, configuration_id) VALUES (?, ?, ?, ?)",
            arguments: [time, name, row.id, row.configurationID]
        )
    }

    /// The event of a state (contract 3.4); there is none of its own for `completed_with_errors`.
    static func eventName(of state: ActivityState) -> String {
        switch state {
        case .startRequested: "backup_start_request"
        case .stopRequested: "backup_stop_request"
        case .completedWithErrors: "backup_completed"
        default: "backup_\(state)"
        }
    }
}
