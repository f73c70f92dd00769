import BackupAPI
import GRDB
import HostSystem

/// What the local service remembers: backups, restores and cleanups with their errors, and beside them what others keep in the same
/// file. Several processes may use one catalog.
struct Catalog: Sendable {
    let file: CatalogFile
    let memory: CatalogMemory
    let events: EventLog

    /// Opens the catalog; events that are older than so long are removed.
    init(in folder: StateFolder, eventLifetime: Duration) async throws {
        file = try await CatalogFile(in: folder)
        events = EventLog(file: file, lifetime: eventLifetime)
        do { memory = try CatalogMemory(path: file.path) } catch {
            throw BackupError.catalog(file.path, error)
        }
    }

    var outbox: Outbox { Outbox(file: file) }
    var marks: ScheduleMarks { ScheduleMarks(file: file) }
    var configurations: ConfigurationStore { ConfigurationStore(file: file, events: events) }
    var host: HostRecords { HostRecords(file: file) }

    /// Tells that somebody has changed the catalog.
    var news: Bell.Place { Bell.Place([file.path.fileName + "-wal"], in: file.path.folderName) }
}
