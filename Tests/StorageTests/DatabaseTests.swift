import Foundation
import Storage
import Testing

/// What statements do, in a file and in memory.
struct DatabaseTests {
    enum Place: CaseIterable {
        case file, memory
    }

    private static let schema = Schema(
        applicationID: 0x5445_5354,
        migrations: [
            Schema.Migration(
                name: "things",
                sql: """
                    CREATE TABLE thing (number {id}, name {text} NOT NULL UNIQUE, size {int}, raw {bytes}) {strict};
                    CREATE VIEW moment AS SELECT {utc}thing.size{/utc} AS time FROM thing;
                    """
            )
        ]
    )

    private let folder: String

    init() {
        folder = FileManager.default.temporaryDirectory.path + "/storage-" + UUID().uuidString
    }

    private func open(_ place: Place) throws -> SQLiteDatabase {
        switch place {
        case .file: try SQLiteDatabase(path: folder + "/things.sqlite", schema: Self.schema)
        case .memory: SQLiteDatabase(schema: Self.schema)
        }
    }

    /// Does `body` with a database that is removed afterwards.
    private func use(_ place: Place, _ body: (SQLiteDatabase) async throws -> Void) async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(try open(place))
    }

    @Test(arguments: Place.allCases)
    func `placeholders are filled by their numbers`(place: Place) async throws {
        try await use(place) { database in
            let found = try await database.read { transaction in
                try transaction.first("SELECT $2, $1, $2, $11", (1...11).map { "v\($0)" }) { row in
                    [try row.next(), try row.next(), try row.next(), try row.next()] as [String]
                }
            }
            #expect(found == ["v2", "v1", "v2", "v11"])
        }
    }

    @Test(arguments: Place.allCases)
    func `values come back as they were given`(place: Place) async throws {
        try await use(place) { database in
            let names = ["a\u{0}b", "\u{0}", "", "e\u{301}", "\u{e9}", "a"]
            let found = try await database.write { transaction in
                for (index, name) in names.enumerated() {
                    try transaction.execute(
                        "INSERT INTO thing (raw, name, size) VALUES ($3, $1, $2)",
                        [
                            name, index == 0 ? nil : Int64.max - Int64(index),
                            index == 1 ? nil : [0, 255] as [UInt8],
                        ]
                    )
                }
                #expect(
                    try transaction.exists(
                        "SELECT 1 FROM thing WHERE name = $1 AND size IS NULL",
                        ["a\u{0}b"]
                    )
                )
                return try transaction.rows("SELECT name, size, raw FROM thing ORDER BY number") { row in
                    (
                        name: try row.next() as String, size: try row.next() as Int?,
                        raw: try row.next() as [UInt8]?
                    )
                }
            }
            #expect(found.map { Array($0.name.utf8) } == names.map { Array($0.utf8) })
            #expect(found.map(\.size) == [nil] + (1...5).map { Int.max - $0 })
            #expect(found.map(\.raw) == [[0, 255], nil] + Array(repeating: [0, 255], count: 4))
        }
    }

    @Test(arguments: Place.allCases)
    func `a statement says how many rows it changed, none where a rule stood in its way`(place: Place)
        async throws
    {
        try await use(place) { database in
            let counts = try await database.write { transaction in
                try ["a", "b", "a"].map { name in
                    try transaction.execute(
                        "INSERT INTO thing (name) VALUES ($1) ON CONFLICT DO NOTHING",
                        [name]
                    )
                } + [try transaction.execute("UPDATE thing SET size = 1")]
            }
            #expect(counts == [1, 1, 0, 2])
        }
    }

    @Test(arguments: Place.allCases)
    func `a transaction that throws changes nothing`(place: Place) async throws {
        try await use(place) { database in
            let error = await #expect(throws: StorageError.self) {
                try await database.write { transaction in
                    try transaction.execute("INSERT INTO thing (name) VALUES ($1)", ["a"])
                    throw StorageError(.failed, "enough")
                }
            }
            #expect(error?.description == "enough")
            let isThere = try database.readNow { try $0.exists("SELECT 1 FROM thing") }
            #expect(!isThere)
        }
    }

    @Test(arguments: Place.allCases)
    func `a column that has no such value is told by its number`(place: Place) async throws {
        try await use(place) { database in
            let error = await #expect(throws: StorageError.self) {
                try await database.read { transaction in
                    try transaction.rows("SELECT 1, NULL") { row in
                        (try row.next() as Int, try row.next() as String)
                    }.count
                }
            }
            #expect(error?.description == "column 2 of a row is not String")
        }
    }

    @Test func `rows are read until nobody wants more`() async throws {
        try await use(.memory) { database in
            let seen = try await database.read { transaction in
                var seen: [Int] = []
                try transaction.forEach("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 ORDER BY 1") { row in
                    seen.append(try row.next())
                    return seen.count < 2
                }
                return seen
            }
            #expect(seen == [1, 2])
        }
    }

    @Test func `a moment reads as people write it`() async throws {
        try await use(.memory) { database in
            let time = try await database.write { transaction in
                try transaction.execute("INSERT INTO thing (name, size) VALUES ('a', 2000000)")
                return try transaction.first("SELECT time FROM moment") { try $0.next() as String }
            }
            #expect(time == "1970-01-01T00:00:02.000Z")
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: Place.allCases)
    func `the bell rings after a commit`(place: Place) async throws {
        try await use(place) { database in
            let other = place == .file ? try open(place) : database
            var rings = database.changes().makeAsyncIterator()
            for name in ["a", "b"] {
                _ = try await other.write { try $0.execute("INSERT INTO thing (name) VALUES ($1)", [name]) }
                await rings.next()
                let isThere = try database.readNow {
                    try $0.exists("SELECT 1 FROM thing WHERE name = $1", [name])
                }
                #expect(isThere)
            }
        }
    }
}
