import GRDB

/// A table of rows like those of steps, and nothing else.
struct BareCommits {
    private let queue: DatabaseQueue

    init(path: String) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(
                sql: """
                    CREATE TABLE row (
                        id INTEGER PRIMARY KEY, key TEXT, name TEXT, state TEXT, watermark TEXT, input TEXT, output TEXT,
                        reference TEXT, started INTEGER, ended INTEGER
                    ) STRICT
                    """
            )
        }
    }

    /// An insert and an update, each in a commit of its own.
    func step(_ id: Int) async throws {
        try await queue.write { try Self.insert(id, into: $0) }
        try await queue.write { try Self.update(id, in: $0) }
    }

    /// The same on the thread of whoever calls.
    func stepDirectly(_ id: Int) throws {
        try queue.write { try Self.insert(id, into: $0) }
        try queue.write { try Self.update(id, in: $0) }
    }

    private static func insert(_ id: Int, into database: Database) throws {
        try database.cachedStatement(
            sql:
                "INSERT INTO row (id, key, name, state, watermark, input, started) VALUES (?, ?, ?, ?, ?, ?, ?)"
        ).execute(
            arguments: [
                id, "018f3c5e-0000-7000-8000-000000000001/0#\(id)", "backup.start", "intent",
                SampleText.watermark, SampleText.input, 2,
            ]
        )
    }

    private static func update(_ id: Int, in database: Database) throws {
        try database.cachedStatement(
            sql: "UPDATE row SET state = ?, output = ?, reference = ?, ended = ? WHERE id = ?"
        ).execute(arguments: ["done", SampleText.output, "backup-\(id)", 3, id])
    }
}
