import BackupAPI
import GRDB

extension Catalog {
    static func registerSchedules(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("schedules") { database in
            try database.execute(
                sql: """
                    CREATE TABLE schedule_mark (
                        configuration_id TEXT PRIMARY KEY,
                        schedule TEXT NOT NULL,
                        time INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID
                    """
            )
        }
    }

    func scheduleMark(of configuration: String) async throws -> ScheduleMark? {
        try await read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT schedule, time FROM schedule_mark WHERE configuration_id = ?",
                arguments: [configuration]
            )
            .map { ScheduleMark(schedule: $0["schedule"], time: Timestamp(microseconds: $0["time"])) }
        }
    }

    func setScheduleMark(_ mark: ScheduleMark, of configuration: String) async throws {
        try await write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO schedule_mark VALUES (?, ?, ?)",
                arguments: [configuration, mark.schedule, mark.time.microseconds]
            )
        }
    }

    /// Adds backups that are over from the beginning, except those whose keys are taken. One transaction.
    func insertEnded(_ rows: [BackupRow]) async throws {
        try await write { database in
            var last: BackupRow?
            for var row in rows {
                if let key = row.startKey, try Self.row(BackupRow.self, key: key, database) != nil {
                    continue
                }
                try row.insert(database)
                try addEvent(of: row, database)
                last = row
            }
            // People are told once of many.
            if let last { try Self.noteEnd(of: last, database) }
        }
    }
}
