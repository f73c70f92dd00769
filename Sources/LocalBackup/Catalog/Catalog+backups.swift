import BackupAPI
import GRDB

extension Catalog {
    /// Adds a backup, unless one was started with its key: then answers that one. One transaction.
    func insert(_ row: BackupRow) async throws -> (row: BackupRow, isNew: Bool) {
        try await write { database in
            if let key = row.startKey, let first = try Self.row(key: key, database) { return (first, false) }
            var row = row
            try row.insert(database)
            try Self.addEvent("backup_start_request", row, time: row.createdTime, database)
            return (row, true)
        }
    }

    func row(key: String) async throws -> BackupRow? {
        try await read { try Self.row(key: key, $0) }
    }

    /// Throws `unknown_backup`.
    func row(id: String) async throws -> BackupRow {
        try await read { try Self.row(id: id, $0) }
    }

    /// Newest first.
    func rows(_ filter: BackupFilter) async throws -> [BackupRow] {
        try await read { database in
            var request = BackupRow.order(Column("number").desc).limit(max(1, filter.limit))
            if let configuration = filter.configuration {
                request = request.filter(Column("configuration_id") == configuration.rawValue)
            }
            if let states = filter.states {
                request = request.filter(states.map(\.rawValue).contains(Column("state")))
            }
            return try request.fetchAll(database)
        }
    }

    /// The backups that are not over, oldest first.
    func unfinishedRows() async throws -> [BackupRow] {
        try await read { database in
            try BackupRow.filter(Column("ended_time") == nil).order(Column("number")).fetchAll(database)
        }
    }

    /// Changes a backup that is not over; when the state changes, an event says so. Answers the row as it is then.
    ///
    /// A requested stop is not undone: only a final state follows it.
    @discardableResult
    func update(
        _ id: String,
        to state: ActivityState? = nil,
        now: Timestamp,
        _ change: @escaping @Sendable (inout BackupRow) -> Void = { _ in }
    ) async throws -> BackupRow {
        try await write { database in
            var row = try Self.row(id: id, database)
            guard !row.activityState.isFinal else { return row }
            change(&row)
            if let state, row.activityState != state, row.activityState != .stopRequested || state.isFinal {
                row.state = state.rawValue
                try Self.addEvent(Self.eventName(of: state), row, time: now.microseconds, database)
            }
            try row.update(database)
            return row
        }
    }

    /// Ends a backup. The first end counts; a later one changes nothing.
    @discardableResult
    func finish(_ id: String, _ verdict: BackupVerdict, now: Timestamp) async throws -> BackupRow {
        try await write { database in
            var row = try Self.row(id: id, database)
            guard !row.activityState.isFinal else { return row }
            row.apply(verdict)
            row.endedTime = now.microseconds
            if row.resticSnapshot != nil {
                let last = try Int.fetchOne(database, sql: "SELECT max(snapshot_number) FROM backup") ?? 0
                row.snapshotNumber = last + 1
            }
            try row.update(database)
            for item in verdict.items {
                try database.execute(
                    sql: "INSERT INTO backup_error VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [id, item.index, item.path, item.type, item.description, item.exception?.code]
                )
            }
            try Self.addEvent(Self.eventName(of: verdict.state), row, time: now.microseconds, database)
            try Self.noteEnd(of: row, database)
            return row
        }
    }

    /// The size of a configuration's source at its last good run, or when its shrinking was last warned of: a person
    /// is told once that a source got smaller, and every time that it is empty.
    func sourceSize(configuration id: String) async throws -> SourceSize? {
        try await read { database in
            let row = try BackupRow.fetchOne(
                database,
                sql: """
                    SELECT * FROM backup
                    WHERE configuration_id = ?
                        AND (state = 'completed' OR error_reason = 'source_shrank' AND files_searched > 0)
                    ORDER BY number DESC LIMIT 1
                    """,
                arguments: [id]
            )
            return row.map { SourceSize(files: $0.filesSearched, bytes: $0.bytesSearched) }
        }
    }

    static func row(id: String, _ database: Database) throws -> BackupRow {
        guard let row = try BackupRow.filter(Column("id") == id).fetchOne(database) else {
            throw BackupError.unknownBackup(id)
        }
        return row
    }

    static func row(key: String, _ database: Database) throws -> BackupRow? {
        try BackupRow.filter(Column("start_key") == key).fetchOne(database)
    }
}

extension BackupRow {
    fileprivate mutating func apply(_ verdict: BackupVerdict) {
        state = verdict.state.rawValue
        errorCount = verdict.errorCount
        errorReason = verdict.reason
        errorDiagnostics = verdict.diagnostics
        exitCode = verdict.exitCode
        guard let summary = verdict.summary else { return }
        resticSnapshot = summary.snapshotID
        filesSearched = summary.filesProcessed
        filesBackedUp = summary.filesNew + summary.filesChanged
        bytesSearched = summary.bytesProcessed
        bytesBackedUp = summary.bytesAdded
    }
}
