internal import GRDB
internal import Synchronization

/// The journal in one SQLite file, for the processes of one host. Several may use it at the same time.
///
/// The file is in WAL mode, and a commit is synced to the disk before the function that made it returns, except for those
/// of `append` and `renew`. A write waits up to ten seconds for those of other processes, then throws `locked`.
public final class SQLiteRunStore: RunStore {
    let values: ValueFiles
    private let path: String
    private let queue: DatabaseQueue
    private let durability = Mutex(Durability.crashOfTheMachine)

    /// Opens the journal in the file at `path`, or makes it, readable by its owner only; missing folders are made too.
    ///
    /// Throws `not_a_journal`, `corrupted`, `newer_schema`, `network_file_system`, `not_accessible`, `disk_full` and
    /// `locked`.
    public convenience init(path: String) throws(JournalError) {
        try self.init(path: path, limits: Limits())
    }

    /// The same under `limits`.
    package init(path: String, limits: Limits) throws(JournalError) {
        if let type = limits.fileSystem(path), FileSystem.networkTypes.contains(type) {
            throw .networkFileSystem(path, type: type)
        }
        self.path = path
        values = ValueFiles(journal: path)
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            if let count = limits.pageCount {
                try database.execute(sql: "PRAGMA max_page_count = \(count)")
            }
        }
        do {
            if !JournalFile.exists(at: path) { try JournalFile.create(at: path, pageBytes: limits.pageBytes) }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { try Schema.update($0, path: path) }
        } catch {
            throw JournalError(error, path: path)
        }
    }

    /// Does `work` in one transaction, whether or not the task is cancelled.
    func write<Value: Sendable>(
        surviving wanted: Durability = .crashOfTheMachine,
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalError) -> Value {
        try await write(surviving: wanted, preparing: {}, { database, _ in try work(database) })
    }

    /// The same, with what `prepare` makes before the transaction keeps others waiting: files.
    func write<Prepared, Value: Sendable>(
        surviving wanted: Durability = .crashOfTheMachine,
        preparing prepare: @escaping @Sendable () throws -> Prepared,
        _ work: @escaping @Sendable (Database, Prepared) throws -> Value
    ) async throws(JournalError) -> Value {
        try await access { [self] database in
            let prepared = try prepare()
            try setDurability(wanted, of: database)
            var value: Value?
            try database.inTransaction(.immediate) {
                value = try work(database, prepared)
                return .commit
            }
            guard let value else {
                throw JournalError(.storage, "a write of the run journal '\(path)' was lost")
            }
            return value
        }
    }

    /// Does `work`, which reads with one statement.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalError) -> Value {
        try await access(work)
    }

    /// GRDB's own async functions refuse to work in a cancelled task, and a journal has to.
    private func access<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalError) -> Value {
        let result: Result<Value, JournalError> = await withCheckedContinuation { continuation in
            queue.asyncWriteWithoutTransaction { [path] database in
                do {
                    continuation.resume(returning: .success(try work(database)))
                } catch {
                    continuation.resume(returning: .failure(JournalError(error, path: path)))
                }
            }
        }
        return try result.get()
    }

    /// SQLite takes the change only between two transactions.
    private func setDurability(_ wanted: Durability, of database: Database) throws {
        guard durability.withLock({ $0 }) != wanted else { return }
        try database.execute(sql: "PRAGMA synchronous = \(wanted.rawValue)")
        durability.withLock { $0 = wanted }
    }
}

/// What a commit survives: https://www.sqlite.org/pragma.html#pragma_synchronous
enum Durability: String {
    case crashOfTheHost = "NORMAL"
    case crashOfTheMachine = "FULL"
}
