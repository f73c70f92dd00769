internal import GRDB

/// The journal in one SQLite file, for the processes of one host. Several may use it at the same time.
///
/// The file is in WAL mode, and every commit is synced to the disk before the function that made it returns. A write
/// waits up to ten seconds for those of other processes, then throws `locked`.
public final class SQLiteRunStore: RunStore {
    private let path: String
    private let queue: DatabaseQueue

    /// Opens the journal in the file at `path`, or makes it, readable by its owner only; missing folders are made too.
    ///
    /// Throws `not_a_journal`, `corrupted`, `newer_schema`, `not_accessible`, `disk_full` and `locked`.
    public convenience init(path: String) throws(JournalError) {
        try self.init(path: path, pageLimit: nil)
    }

    /// The same, with a file that may not grow beyond `pageLimit` pages of 4 KiB, as if the disk were full.
    package init(path: String, pageLimit: Int?) throws(JournalError) {
        self.path = path
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            if let pageLimit { try database.execute(sql: "PRAGMA max_page_count = \(pageLimit)") }
        }
        do {
            if !JournalFile.exists(at: path) { try JournalFile.create(at: path) }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { try Schema.update($0, path: path) }
        } catch {
            throw JournalError(error, path: path)
        }
    }

    /// Does `work` in one transaction, whether or not the task is cancelled.
    func write(_ work: @escaping @Sendable (Database) throws -> Void) async throws(JournalError) {
        try await access { database in
            try database.inTransaction(.immediate) {
                try work(database)
                return .commit
            }
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
}
