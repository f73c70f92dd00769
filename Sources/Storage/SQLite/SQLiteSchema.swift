internal import GRDB

/// A file's `user_version` is how many changes of its schema it has.
extension Schema {
    /// Makes the file's tables the current ones; reads two numbers of its header when they are already.
    func update(_ database: GRDB.Database) throws {
        guard try Int.fetchOne(database, sql: "PRAGMA application_id") == applicationID else {
            throw StorageError(.otherFile, "it has another mark")
        }
        let version = try version(of: database)
        guard version <= migrations.count else {
            throw StorageError(.newerSchema, "schema \(version), this one knows \(migrations.count)")
        }
        if version < migrations.count { try migrate(database) }
    }

    /// Makes the changes that are missing; another process may do the same at the same time.
    func migrate(_ database: GRDB.Database) throws {
        try database.inTransaction(.immediate) {
            try database.execute(sql: SQLText.sqlite.translate(Self.migrationTable))
            for (index, migration) in migrations.enumerated().dropFirst(try version(of: database)) {
                try database.execute(sql: SQLText.sqlite.translate(migration.sql))
                try database.execute(
                    sql: "INSERT INTO migration (version, name) VALUES (?, ?)",
                    arguments: [index + 1, migration.name]
                )
            }
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: "PRAGMA user_version = \(migrations.count)")
            return .commit
        }
    }

    private func version(of database: GRDB.Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    }
}
