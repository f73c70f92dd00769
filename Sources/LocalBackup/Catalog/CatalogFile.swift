import BackupAPI
import GRDB
import Glibc
import HostSystem

/// The file of the catalog: SQLite in WAL mode, every change one immediate transaction, for several processes.
struct CatalogFile: Sendable {
    let path: String
    private let pool: DatabasePool

    /// Opens the file and brings its tables up to date, one process at a time.
    init(in folder: StateFolder) async throws {
        path = folder.catalog
        let lock = try await FileLock.wait(folder.catalogLock, .exclusive)
        defer { lock.release() }
        try Self.makeFile(path)
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            // A start that was answered must not be forgotten when the power fails.
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            try CatalogSchema.migrator.migrate(pool)
        } catch {
            throw BackupError.catalog(path, error)
        }
    }

    /// Makes the file if there is none: SQLite gives its -wal and -shm files the mode of the database.
    ///
    /// One that is there is not opened here: its closing would take away the locks that this process's other connections
    /// have on it (https://sqlite.org/howtocorrupt.html, 2.2).
    private static func makeFile(_ path: String) throws {
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file < 0 else { return _ = close(file) }
        guard errno == EEXIST else {
            throw BackupError.file("cannot make the catalog", path, .last)
        }
    }

    func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await pool.read(work)
        } catch {
            throw BackupError.catalog(path, error)
        }
    }

    func write<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value
    {
        do {
            return try await pool.write(work)
        } catch {
            throw BackupError.catalog(path, error)
        }
    }

    /// What SQLite finds wrong with the catalog's file; empty when it is sound.
    func integrityProblems() async throws -> [String] {
        try await read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }.filter { $0 != "ok" }
    }

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
}

extension BackupError {
    /// What a failure of the catalog means, and what to do; errors that are not SQLite's pass unchanged.
    static func catalog(_ path: String, _ error: any Error) -> any Error {
        guard let failure = error as? DatabaseError else { return error }
        // Without space for its shared memory SQLite speaks of an I/O error.
        let isFull = failure.extendedResultCode == .SQLITE_IOERR_SHMSIZE
        switch failure.resultCode {
        case _ where isFull, .SQLITE_FULL:
            return BackupError(
                .diskFull,
                "there is no space left for the catalog '\(path)'",
                fix: "Free some space on its disk.",
                isRetryable: true,
                cause: failure
            )
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return BackupError(
                .storage,
                "the catalog '\(path)' is damaged",
                fix: "Restore it from a copy, or move it away: a new one is made, and the snapshots stay.",
                cause: failure
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return BackupError(
                .storage,
                "the catalog '\(path)' is in use by another program",
                fix: "Try again when that is done.",
                isRetryable: true,
                cause: failure
            )
        default:
            return BackupError(
                .storage,
                "the catalog '\(path)' cannot be used: \(failure.message ?? "error \(failure.resultCode.rawValue)")",
                fix: "Check the disk, and the file's owner and mode.",
                cause: failure
            )
        }
    }
}
