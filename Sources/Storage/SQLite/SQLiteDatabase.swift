internal import Foundation
internal import GRDB
internal import Glibc
internal import HostSystem
internal import Synchronization

/// Tables in one SQLite file, for the processes of one host, or in memory.
///
/// The file is in WAL mode, and a commit that survives a crash of the machine is synced to the disk before its function
/// returns. A write waits up to ten seconds for those of other processes, then throws `locked`.
package final class SQLiteDatabase: Database {
    /// What tests have otherwise than it is.
    package struct Limits {
        /// How many pages the file may have, as if the disk were full then.
        package var pageCount: Int?
        /// The bytes of a page of a file that is made; a power of two from 512.
        package var pageBytes = 4_096
        /// The type of the file system at a path.
        package var fileSystem = Mounts.type(at:)

        /// None.
        package init() {}
    }

    /// `nil` until tables in memory are used for the first time.
    private let queue: Mutex<DatabaseQueue?>
    private let schema: Schema
    /// `nil` in memory.
    private let path: String?
    private let texts = SQLiteTexts()
    private let durability = Mutex(Durability.crashOfTheMachine)
    private let bell = Bell()

    /// Opens the file at `path`, or makes it, readable by its owner only; missing folders are made too.
    package init(path: String, schema: Schema, limits: Limits = Limits()) throws {
        if let type = limits.fileSystem(path), Mounts.networkTypes.contains(type) {
            throw StorageError(.networkFileSystem, type)
        }
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            if let count = limits.pageCount {
                try database.execute(sql: "PRAGMA max_page_count = \(count)")
            }
        }
        self.schema = schema
        self.path = path
        do {
            if !FileManager.default.fileExists(atPath: path) {
                try Self.create(path, schema, pageBytes: limits.pageBytes)
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { try schema.update($0) }
            self.queue = Mutex(queue)
        } catch {
            throw StorageError.meaning(error)
        }
    }

    /// Tables in memory, which go with the last reference to them.
    package init(schema: Schema) {
        queue = Mutex(nil)
        self.schema = schema
        path = nil
    }

    private func opened() throws -> DatabaseQueue {
        try queue.withLock { opened in
            if let queue = opened { return queue }
            let queue = try DatabaseQueue()
            try queue.writeWithoutTransaction { try schema.migrate($0) }
            opened = queue
            return queue
        }
    }

    /// See ``Database``.
    package func write<Prepared, Value: Sendable>(
        surviving crash: Durability,
        preparing prepare: @escaping @Sendable () throws -> Prepared,
        _ work: @escaping @Sendable (Transaction, Prepared) throws -> Value
    ) async throws -> Value {
        try await access { [self] database in
            let prepared = try prepare()
            try setDurability(crash, of: database)
            var value: Value?
            try database.inTransaction(.immediate) {
                value = try work(transaction(database), prepared)
                return .commit
            }
            guard let value else { throw StorageError(.failed, "a write was lost") }
            bell.ring()
            return value
        }
    }

    /// See ``Database``.
    package func read<Value: Sendable>(
        _ work: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        try await access { [self] database in try work(transaction(database)) }
    }

    /// See ``Database``.
    package func readNow<Value: Sendable>(_ work: (Transaction) throws -> Value) throws -> Value {
        try accessNow { try work(transaction($0)) }
    }

    /// See ``Database``.
    package func changes() -> AsyncStream<Void> {
        guard let path else { return bell.rings() }
        // Each commit writes the log. Where the system does not tell of that, one hears of one's own.
        return FolderWatch.shared.changes(of: [path.fileName + "-wal"], in: path.folderName) ?? bell.rings()
    }

    private func accessNow<Value>(_ work: (GRDB.Database) throws -> Value) throws -> Value {
        do {
            return try opened().writeWithoutTransaction(work)
        } catch {
            throw StorageError.meaning(error)
        }
    }

    /// In memory nobody waits for the disk, so all is done on the caller's thread, and a test that counts what is left to do sees
    /// no gap. GRDB's own async functions refuse to work in a cancelled task, and what has happened must be recorded.
    private func access<Value: Sendable>(
        _ work: @escaping @Sendable (GRDB.Database) throws -> Value
    ) async throws -> Value {
        guard path != nil else { return try accessNow(work) }
        let queue = try opened()
        return try await withCheckedThrowingContinuation { continuation in
            queue.asyncWriteWithoutTransaction { database in
                do {
                    continuation.resume(returning: try work(database))
                } catch {
                    continuation.resume(throwing: StorageError.meaning(error))
                }
            }
        }
    }

    private func transaction(_ database: GRDB.Database) -> Transaction {
        Transaction(connection: SQLiteConnection(database: database, texts: texts))
    }

    /// SQLite takes the change only between two transactions: https://www.sqlite.org/pragma.html#pragma_synchronous
    private func setDurability(_ wanted: Durability, of database: GRDB.Database) throws {
        guard durability.withLock({ $0 }) != wanted else { return }
        let level = wanted == .crashOfTheMachine ? "FULL" : "NORMAL"
        try database.execute(sql: "PRAGMA synchronous = \(level)")
        durability.withLock { $0 = wanted }
    }
}

extension SQLiteDatabase {
    /// Makes a file with empty tables, in a folder that only its owner may enter.
    ///
    /// It is made under another name and then given its own, so that a file with that name is always whole, and so
    /// that of two processes that make it at the same time one wins and the other uses it.
    private static func create(_ path: String, _ schema: Schema, pageBytes: Int) throws {
        let folder = path.folderName
        if !FileManager.default.fileExists(atPath: folder) {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        }
        let draft = "\(path).\(UUID().uuidString).new"
        _ = try Descriptor(opening: draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        defer { unlink(draft) }
        try fill(draft, schema, pageBytes: pageBytes)
        try Descriptor(opening: draft, O_RDONLY).sync()
        guard link(draft, path) == 0 || errno == EEXIST else { throw SystemError.last }
        try Descriptor(opening: folder, O_RDONLY | O_DIRECTORY).sync()
    }

    /// Writes the tables without a single sync; the caller syncs the whole file once.
    private static func fill(_ draft: String, _ schema: Schema, pageBytes: Int) throws {
        let queue = try DatabaseQueue(path: draft)
        try queue.writeWithoutTransaction { database in
            try database.execute(
                sql: "PRAGMA page_size = \(pageBytes); PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY"
            )
            try schema.migrate(database)
            try database.execute(sql: "PRAGMA journal_mode = WAL")
        }
        try queue.close()
    }
}
