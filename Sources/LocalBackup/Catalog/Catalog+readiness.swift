import BackupAPI
import GRDB

extension Catalog {
    /// Throws when nothing can be written to the catalog now, as when another program keeps SQLite's lock. Waits for that for a
    /// second, and on a connection of its own: those of the pool may be waiting themselves, and for longer.
    func checkWritable() async throws {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(1)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try await queue.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) { .rollback }
            }
        } catch {
            throw BackupError.catalog(path, error)
        }
    }

    /// The configurations that have a snapshot which no cleanup has removed.
    func restorableConfigurations() async throws -> Set<ResourceID<BackupAPI.Configuration>> {
        let ids = try await read { database in
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
}
