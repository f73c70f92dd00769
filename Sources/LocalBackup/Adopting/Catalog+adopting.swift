import BackupAPI
import GRDB

extension Catalog {
    /// Adds backups that were made elsewhere or before, the oldest first, changes those that are now of another configuration,
    /// and puts all backups into the order of their times. One transaction.
    ///
    /// Answers how many were added or moved. One whose id or key is there already is not added; if its snapshot was gone, it is
    /// there again.
    func adopt(_ rows: [BackupRow], moving moved: [BackupRow]) async throws -> Int {
        try await file.write { database in
            var added = moved.count
            for row in moved {
                try database.execute(
                    sql: "UPDATE backup SET configuration_id = ?, configuration_name = ? WHERE id = ?",
                    arguments: [row.configurationID, row.configurationName, row.id]
                )
            }
            var number = try Int.fetchOne(database, sql: "SELECT max(snapshot_number) FROM backup") ?? 0
            for var row in rows {
                if var there = try BackupRow.filter(Column("id") == row.id).fetchOne(database) {
                    guard there.forgottenTime != nil else { continue }
                    (there.forgottenTime, there.resticSnapshot) = (nil, row.resticSnapshot)
                    try there.update(database)
                    added += 1
                    continue
                }
                if let key = row.startKey, try Self.row(BackupRow.self, key: key, database) != nil {
                    continue
                }
                number += 1
                row.snapshotNumber = number
                try row.insert(database)
                added += 1
            }
            if added > 0 { try Self.putIntoOrder(database) }
            return added
        }
    }

    /// Numbers backups anew. Those that were made here stay in the order of their starts, whatever the clock was then.
    private static func putIntoOrder(_ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE backup SET number = -place.rank FROM (
                    SELECT id, row_number() OVER (ORDER BY moment, number) AS rank FROM (
                        SELECT id, number, CASE WHEN adopted IS NULL
                            THEN max(created_time) OVER (PARTITION BY adopted IS NULL ORDER BY number)
                            ELSE created_time END AS moment
                        FROM backup
                    )
                ) AS place WHERE place.id = backup.id;
                UPDATE backup SET number = -number;
                """
        )
    }
}

extension HostRecords {
    /// Makes this machine the agent that it was before its state was lost, unless something was begun with this catalog.
    /// Answers whether it is that agent now. One transaction.
    func resume(_ agent: ResourceID<Agent>, on machine: String) async throws -> Bool {
        try await file.write { database in
            for table in ["backup", "restore", "cleanup"] {
                let sql = "SELECT EXISTS (SELECT 1 FROM \(table))"
                if try Bool.fetchOne(database, sql: sql) ?? true { return false }
            }
            try database.execute(
                sql: "INSERT OR REPLACE INTO agent VALUES (?, ?)",
                arguments: [machine, agent.rawValue]
            )
            return true
        }
    }
}
