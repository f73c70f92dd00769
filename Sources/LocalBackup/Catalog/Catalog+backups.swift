import BackupAPI
import GRDB

extension Catalog {
    /// Throws `unknown_backup`.
    func backup(_ id: String) async throws -> BackupRow {
        let version = memory.version()
        if let known = memory.backup(id, in: version) { return known }
        let row = try await row(BackupRow.self, id: id)
        memory.keep(row, since: version)
        return row
    }

    /// A backup that can be told at once: nobody has to be asked whether it, or any run, has become over.
    func settledBackup(_ id: String) -> BackupRow? {
        let version = memory.version()
        guard memory.unfinished(in: version)?.isEmpty == true else { return nil }
        return memory.backup(id, in: version)
    }

    /// The backups that match, newest first unless the filter says otherwise.
    func rows(_ filter: BackupFilter) async throws -> [BackupRow] {
        try await file.read { database in
            var request = BackupRow.all()
            if let configuration = filter.configuration {
                request = request.filter(Column("configuration_id") == configuration.rawValue)
            }
            if let states = filter.states {
                request = request.filter(states.map(\.rawValue).contains(Column("state")))
            }
            return try Self.page(
                request,
                after: filter.marker?.rawValue,
                limit: filter.limit,
                isAscending: filter.isAscending,
                database
            )
        }
    }

    /// The size of a configuration's source at its last good run, or when its shrinking was last warned of: a person
    /// is told once that a source got smaller, and every time that it is empty.
    func sourceSize(configuration id: String) async throws -> SourceSize? {
        try await file.read { database in
            let row = try BackupRow.fetchOne(
                database,
                sql: """
                    SELECT * FROM backup
                    WHERE configuration_id = ? AND (adopted IS NULL OR files_searched > 0)
                        AND (state = 'completed' OR files_searched > 0
                            AND error_reason IN ('source_shrank', 'source_is_empty', 'source_is_link'))
                    ORDER BY number DESC LIMIT 1
                    """,
                arguments: [id]
            )
            return row.map { SourceSize(files: $0.filesSearched, bytes: $0.bytesSearched) }
        }
    }

    /// The backups that have a snapshot in repositories of these names, as far as is known.
    func restorableBackups(in repositories: [String]) async throws -> [BackupRow] {
        try await file.read { database in
            try BackupRow.filter(Column("snapshot_number") != nil && Column("forgotten_time") == nil)
                .filter(Column("restic_snapshot") != nil && repositories.contains(Column("repository")))
                .fetchAll(
                    database
                )
        }
    }

    /// The backups that a restore which is not over is to be made from.
    func backupsOfWaitingRestores() async throws -> [String] {
        try await file.read { database in
            try String.fetchAll(
                database,
                sql: "SELECT DISTINCT backup_id FROM restore WHERE ended_time IS NULL"
            )
        }
    }

    /// Notes that the snapshots of backups are gone.
    func markForgotten(_ ids: [String], now: Timestamp) async throws {
        guard !ids.isEmpty else { return }
        try await file.write { database in
            for id in ids {
                try database.execute(
                    sql: "UPDATE backup SET forgotten_time = ? WHERE id = ? AND forgotten_time IS NULL",
                    arguments: [now.microseconds, id]
                )
            }
        }
    }

    /// The backups before this one that may wait for their turn, the oldest first.
    func waitingBackups(before number: Int64) async throws -> [String] {
        try await file.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT id FROM backup WHERE ended_time IS NULL AND number < ?
                        AND state IN ('start_requested', 'start_scheduled', 'queued') ORDER BY number
                    """,
                arguments: [number]
            )
        }
    }

    /// The last backup of each configuration that left a snapshot.
    func lastCompleted() async throws -> [ResourceID<BackupAPI.Configuration>: ResourceID<Backup>] {
        try await file.read { database in
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

    /// The newest backup of a configuration that was made here and has left a snapshot; `nil` for none.
    func newestSnapshot(of configuration: String) async throws -> BackupRow? {
        try await file.read { database in
            try BackupRow.filter(Column("configuration_id") == configuration)
                .filter(Column("snapshot_number") != nil && Column("adopted") == nil)
                .order(Column("number").desc).fetchOne(database)
        }
    }

    /// The configurations that have a snapshot which no cleanup has removed.
    func restorableConfigurations() async throws -> Set<ResourceID<BackupAPI.Configuration>> {
        let ids = try await file.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT configuration_id FROM backup
                    WHERE snapshot_number IS NOT NULL AND forgotten_time IS NULL
                    """
            )
        }
        return Set(ids.map { ResourceID($0) })
    }

    /// The name that each configuration had at its last backup, by its id.
    func configurationNames() async throws -> [String: String] {
        try await file.read { database in
            let sql =
                "SELECT configuration_id, configuration_name, max(number) FROM backup GROUP BY configuration_id"
            let rows = try Row.fetchAll(database, sql: sql)
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as String, $0[1] as String) })
        }
    }

    /// The completed backups of a configuration that have a snapshot, the newest first.
    func completedBackups(of configuration: String) async throws -> [BackupRow] {
        try await file.read { database in
            try BackupRow.filter(
                Column("configuration_id") == configuration && Column("state") == "completed"
            )
            .filter(Column("snapshot_number") != nil && Column("forgotten_time") == nil)
            .order(Column("number").desc).fetchAll(database)
        }
    }

    /// Adds backups that are over from the beginning, except those whose keys are taken. One transaction.
    func insertEnded(_ rows: [BackupRow]) async throws {
        try await file.write { database in
            var last: BackupRow?
            for var row in rows {
                if let key = row.startKey, try Self.row(BackupRow.self, key: key, database) != nil {
                    continue
                }
                try row.insert(database)
                try events.add(of: row, database)
                last = row
            }
            // People are told once of many.
            if let last { try Outbox.noteEnd(of: last, database) }
        }
    }
}
