import GRDB

/// A table of rows like those of steps, and nothing else: each step is an insert and an update, in a commit of its own each.
struct BareCommits {
    private let queue: DatabaseQueue

    init(path: String) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(
                sql:
                    "CREATE TABLE row (id INTEGER PRIMARY KEY, key TEXT, state TEXT, input TEXT, output TEXT) STRICT"
            )
        }
    }

    func step(_ id: Int) async throws {
        try await queue.write { database in
            try database.cachedStatement(sql: "INSERT INTO row VALUES (?, ?, 'intent', ?, NULL)")
                .execute(arguments: [id, "r1/0#\(id)", "[0]"])
        }
        try await queue.write { database in
            try database.cachedStatement(sql: "UPDATE row SET state = 'done', output = ? WHERE id = ?")
                .execute(arguments: ["null", id])
        }
    }
}
