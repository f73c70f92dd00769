import BackupAPI
import GRDB

extension Catalog {
    /// Adds a run, unless one was started with its key: then answers that one. One transaction.
    func insert<Row: RunRow>(_ row: Row) async throws -> (row: Row, isNew: Bool) {
        try await file.write { database in
            if let key = row.startKey, let first = try Self.row(Row.self, key: key, database) {
                return (first, false)
            }
            var row = row
            try row.insert(database)
            try events.add("start_request", of: row, database)
            return (row, true)
        }
    }

    func row<Row: RunRow>(_ type: Row.Type, key: String) async throws -> Row? {
        try await file.read { try Self.row(Row.self, key: key, $0) }
    }

    /// Throws `unknown_backup` and so on.
    func row<Row: RunRow>(_ type: Row.Type, id: String) async throws -> Row {
        try await file.read { try Self.row(Row.self, id: id, $0) }
    }

    /// The runs that are not over, of each kind the oldest first.
    func unfinishedRuns() async throws -> [UnfinishedRun] {
        let version = memory.version()
        if let known = memory.unfinished(in: version) { return known }
        let runs = try await file.read { database in
            try [RunKind.backup, .restore, .cleanup].flatMap { kind in
                let sql = "SELECT id FROM \(kind) WHERE ended_time IS NULL ORDER BY number"
                return try String.fetchAll(database, sql: sql).map { UnfinishedRun(kind: kind, id: $0) }
            }
        }
        memory.keep(unfinished: runs, since: version)
        return runs
    }

    /// A part of all runs of a kind, newest first unless the page says otherwise.
    func rows<Row: RunRow, Resource>(_ type: Row.Type, _ page: Page<Resource>) async throws -> [Row] {
        let (marker, limit, isAscending) = (page.marker?.rawValue, page.limit, page.isAscending ?? false)
        return try await file.read { database in
            try Self.page(Row.all(), after: marker, limit: limit, isAscending: isAscending, database)
        }
    }

    /// Changes a run that is not over; when the state changes, an event says so. Answers the row as it is then.
    ///
    /// A requested stop is not undone: only a final state follows it.
    @discardableResult
    func update<Row: RunRow>(
        _ type: Row.Type,
        _ id: String,
        to state: ActivityState? = nil,
        now: Timestamp,
        _ change: @escaping @Sendable (inout Row) -> Void = { _ in }
    ) async throws -> Row {
        try await file.write { database in
            var row = try Self.row(Row.self, id: id, database)
            guard !row.activityState.isFinal else { return row }
            change(&row)
            row.updatedTime = now.microseconds
            if let state, row.activityState != state, row.activityState != .stopRequested || state.isFinal {
                row.state = state.rawValue
                try events.add(of: row, database)
            }
            try row.update(database)
            return row
        }
    }

    /// Ends a run. The first end counts; a later one changes nothing.
    @discardableResult
    func finish<Row: RunRow>(
        _ type: Row.Type,
        _ id: String,
        _ verdict: Row.Verdict,
        now: Timestamp
    ) async throws -> Row {
        try await file.write { database in
            var row = try Self.row(Row.self, id: id, database)
            guard !row.activityState.isFinal else { return row }
            row.state = verdict.state.rawValue
            row.errorCount = verdict.errorCount
            row.errorReason = verdict.reason
            row.errorDiagnostics = verdict.diagnostics
            row.exitCode = verdict.exitCode
            row.updatedTime = now.microseconds
            row.endedTime = now.microseconds
            try row.apply(verdict, database)
            try row.update(database)
            try Self.add(verdict.items, of: row, database)
            if let progress = row.finalProgress() {
                try events.add("progress", of: row, progress: progress, database)
            }
            try events.add(of: row, database)
            try row.noteEnd(database)
            return row
        }
    }

    static func row<Row: RunRow>(_ type: Row.Type, id: String, _ database: Database) throws -> Row {
        guard let row = try Row.filter(Column("id") == id).fetchOne(database) else { throw Row.unknown(id) }
        return row
    }

    /// What of a request follows the marker. Throws `invalid_request` for a marker that no run of the kind has.
    static func page<Row: RunRow>(
        _ request: QueryInterfaceRequest<Row>,
        after marker: String?,
        limit: Int,
        isAscending: Bool,
        _ database: Database
    ) throws -> [Row] {
        try checkLimit(limit)
        var request = request.order(isAscending ? Column("number").asc : Column("number").desc).limit(limit)
        if let marker {
            guard let row = try Row.filter(Column("id") == marker).fetchOne(database), let number = row.number
            else { throw unknownMarker(marker, in: "\(Row.kind)s") }
            request = request.filter(isAscending ? Column("number") > number : Column("number") < number)
        }
        return try request.fetchAll(database)
    }

    static func checkLimit(_ limit: Int) throws {
        guard limit >= 1 else {
            throw BackupError.invalidRequest(["limit must be at least 1, and is \(limit)"])
        }
    }

    static func unknownMarker(_ marker: String, in list: String) -> BackupError {
        BackupError.invalidRequest(["marker '\(marker)' is not in the list of \(list)"])
    }

    static func row<Row: RunRow>(_ type: Row.Type, key: String, _ database: Database) throws -> Row? {
        try Row.filter(Column("start_key") == key).fetchOne(database)
    }
}
