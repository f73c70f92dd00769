import BackupAPI
import GRDB

/// What has happened to runs, configurations and the agent (contract 3.4).
struct EventLog: Sendable {
    let file: CatalogFile
    /// Events that are older are removed.
    let lifetime: Duration

    /// How many events of its progress a run has at most; older ones give way.
    private static let mostProgressEvents = 100

    /// A part of a subject's events, oldest first unless the page says otherwise.
    ///
    /// A marker of an event that is gone, or never was, counts as older than all.
    func events(of subject: EventSubject, _ page: Page<Event>, agent: ResourceID<Agent>) async throws
        -> [Event]
    {
        try await file.read { database in
            try Catalog.checkLimit(page.limit)
            let isAscending = page.isAscending ?? true
            var conditions: [String] = []
            var arguments: StatementArguments = []
            if let (column, id) = try Self.column(of: subject, database) {
                conditions.append("\(column) = ?")
                arguments += [id]
            }
            if let marker = page.marker {
                conditions.append(isAscending ? "id > ?" : "id < ?")
                arguments += [Int64(marker.rawValue) ?? 0]
            }
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM event \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "))
                    ORDER BY id \(isAscending ? "ASC" : "DESC") LIMIT \(page.limit)
                    """,
                arguments: arguments
            )
            return rows.map { Event($0, agent: agent) }
        }
    }

    /// Says how far a run is, unless that is what was said last.
    func addProgress<Row: RunRow>(_ progress: BackupProgress, of type: Row.Type, _ id: String, now: Timestamp)
        async throws
    {
        try await file.write { database in
            var row = try Catalog.row(Row.self, id: id, database)
            guard row.activityState == .inProgress else { return }
            row.updatedTime = now.microseconds
            try add("progress", of: row, progress: progress, database)
        }
    }

    /// Adds the event of the state that a row is in now, and removes events that are too old.
    ///
    /// There is none of its own for `completed_with_errors` (contract 3.4).
    func add<Row: RunRow>(of row: Row, _ database: Database) throws {
        guard !Row.silentStates.contains(row.activityState) else { return }
        switch row.activityState {
        case .stopRequested: try add("stop_request", of: row, database)
        case .completedWithErrors: try add("completed", of: row, database)
        default: try add(row.state, of: row, database)
        }
    }

    /// Adds the event `KIND_ENDING` with the time at which the row was changed last.
    func add<Row: RunRow>(
        _ ending: String,
        of row: Row,
        progress: BackupProgress? = nil,
        _ database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO event (time, event, \(Row.kind)_id, configuration_id, bytes_completed, total_bytes)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                row.updatedTime, "\(Row.kind)_\(ending)", row.id, row.eventConfiguration, progress?.bytesDone,
                progress.map { max($0.bytesDone, $0.totalBytes) },
            ]
        )
        try removeOldEvents(now: Timestamp(microseconds: row.updatedTime), database)
        guard progress != nil else { return }
        try database.execute(
            sql: """
                DELETE FROM event WHERE id IN (
                    SELECT id FROM event WHERE \(Row.kind)_id = ? AND bytes_completed IS NOT NULL
                    ORDER BY id DESC LIMIT -1 OFFSET \(Self.mostProgressEvents)
                )
                """,
            arguments: [row.id]
        )
    }

    func removeOldEvents(now: Timestamp, _ database: Database) throws {
        try database.execute(
            sql: "DELETE FROM event WHERE time < ?",
            arguments: [now.advanced(by: .zero - lifetime).microseconds]
        )
    }

    /// Tells that agents were asked to look for work this eagerly.
    func addActivation(_ mode: AgentMode, now: Timestamp) async throws {
        try await file.write { try addNotice("agent_activate", mode: mode.rawValue, now: now, $0) }
    }

    /// Adds an event that belongs to the agent and to no configuration.
    func addNotice(_ event: String, mode: String? = nil, now: Timestamp, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO event (time, event, mode) VALUES (?, ?, ?)",
            arguments: [now.microseconds, event, mode]
        )
        try removeOldEvents(now: now, database)
    }

    /// The column that tells a subject's events; `nil` for all events. Throws when the subject is not known.
    private static func column(of subject: EventSubject, _ database: Database) throws -> (String, String)? {
        switch subject {
        case .project, .agent: return nil
        case .configuration(let id): return ("configuration_id", id.rawValue)
        case .backup(let id):
            return ("backup_id", try Catalog.row(BackupRow.self, id: id.rawValue, database).id)
        case .restore(let id):
            return ("restore_id", try Catalog.row(RestoreRow.self, id: id.rawValue, database).id)
        case .cleanup(let id):
            return ("cleanup_id", try Catalog.row(CleanupRow.self, id: id.rawValue, database).id)
        }
    }
}

extension Event {
    fileprivate init(_ row: Row, agent: ResourceID<Agent>) {
        func subject(_ column: String) -> Subject? {
            (row[column] as String?).map { Subject(id: $0) }
        }
        let name: String = row["event"]
        let id: Int64 = row["id"]
        let completed: Int64? = row["bytes_completed"]
        let total: Int64? = row["total_bytes"]
        // An activation is the project's, and names no agent.
        let isActivation = name == "agent_activate"
        let isCommand = isActivation || name == "configuration_changed" || name.hasSuffix("_request")
        self.init(
            id: ResourceID("\(id)"),
            time: Timestamp(microseconds: row["time"]),
            event: name,
            agent: isActivation ? nil : .init(id: agent.rawValue),
            configuration: subject("configuration_id"),
            backup: subject("backup_id"),
            restore: subject("restore_id"),
            cleanup: subject("cleanup_id"),
            mode: row["mode"],
            requestID: isCommand ? StableID.uuid(of: "request:\(id)") : nil,
            bytesCompleted: completed,
            bytesRemaining: completed.flatMap { completed in total.map { $0 - completed } },
            totalBytes: total
        )
    }
}
