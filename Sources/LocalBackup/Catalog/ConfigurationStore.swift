import BackupAPI
import Foundation
import GRDB

/// A configuration that was made through the service; those of the settings are not in the catalog.
struct StoredConfiguration: Sendable {
    let id: ResourceID<BackupAPI.Configuration>
    var draft: ConfigurationDraft
    var isDeleted: Bool
}

/// The configurations that were made through the service.
struct ConfigurationStore: Sendable {
    let file: CatalogFile
    let events: EventLog

    /// All of them, the deleted ones too, in the order of their names.
    func all() async throws -> [StoredConfiguration] {
        try await file.read { try Self.all($0) }
    }

    /// Decides on a change while no other process can make one, and writes what is answered; `nil` writes nothing.
    func change<Value: Sendable>(
        now: Timestamp,
        _ change: @escaping @Sendable ([StoredConfiguration]) throws -> (StoredConfiguration?, Value)
    ) async throws -> Value {
        try await file.write { database in
            let stored = try Self.all(database)
            let (changed, value) = try change(stored)
            guard let changed else { return value }
            let wasDeleted = stored.contains { $0.id == changed.id && $0.isDeleted }
            let document = String(decoding: try JSONEncoder().encode(changed.draft), as: UTF8.self)
            try database.execute(
                sql: """
                    INSERT INTO configuration (id, name, document, deleted_time) VALUES (?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET name = excluded.name, document = excluded.document,
                        deleted_time = excluded.deleted_time
                    """,
                arguments: [
                    changed.id.rawValue, changed.draft.name, document,
                    changed.isDeleted ? now.microseconds : nil,
                ]
            )
            if !(wasDeleted && changed.isDeleted) {
                try events.addNotice("configuration_changed", now: now, database)
            }
            return value
        }
    }

    /// The ids that configurations have or had: one that was used is not given to another configuration.
    func usedIDs() async throws -> Set<String> {
        try await file.read { database in
            try String.fetchSet(
                database,
                sql: "SELECT id FROM configuration UNION SELECT DISTINCT configuration_id FROM backup"
            )
        }
    }

    private static func all(_ database: Database) throws -> [StoredConfiguration] {
        try Row.fetchAll(database, sql: "SELECT * FROM configuration ORDER BY name, id").map { row in
            let document: String = row["document"]
            return StoredConfiguration(
                id: ResourceID(row["id"] as String),
                draft: try JSONDecoder().decode(ConfigurationDraft.self, from: Data(document.utf8)),
                isDeleted: row["deleted_time"] as Int64? != nil
            )
        }
    }
}
