package import Storage

/// The journal: what each run did, in order, kept through a crash of the host and of the machine.
///
/// A host that executes a run holds a **claim** on it, and whatever is written for the run names the claim. The claim is
/// good until another host takes the run: then every write under the old one throws `claim_lost` and changes nothing.
/// It is a claim on one run: a step or a message of another is a `conflict`, and a run that was never recorded an
/// `unknown_run`.
///
/// When a function that writes returns, what it wrote survives a crash of the host and of the machine; of `append`
/// and `renew` only the former is sure. A write takes place even if its task has been cancelled: what has happened must be
/// recorded. All functions throw `JournalError` and nothing else; each may throw `disk_full`, `locked`, `corrupted` and
/// `storage` beside the codes it names.
///
/// Several processes may use one file at the same time. A write waits up to ten seconds for those of others, then throws
/// `locked`.
public struct RunStore: Sendable {
    let values: ValueFiles
    let database: any Database
    private let path: String
    var watch: Watch?

    /// Opens the journal in the file at `path`, or makes it, readable by its owner only; missing folders are made too.
    ///
    /// Throws `not_a_journal`, `corrupted`, `newer_schema`, `network_file_system`, `not_accessible`, `disk_full` and
    /// `locked`.
    public init(path: String) throws(JournalError) {
        try self.init(path: path, limits: SQLiteDatabase.Limits())
    }

    /// The same under `limits`.
    package init(path: String, limits: SQLiteDatabase.Limits) throws(JournalError) {
        self.path = path
        values = ValueFiles(folder: path + ".values")
        do {
            database = try SQLiteDatabase(path: path, schema: .journal, limits: limits)
        } catch {
            throw JournalError(error, path: path)
        }
    }

    /// Makes an empty journal in memory, which goes with the last copy of it: for tests, and for a host that only loads files, which it costs nothing.
    public init() {
        path = "in memory"
        values = ValueFiles(folder: nil)
        database = SQLiteDatabase(schema: .journal)
    }

    /// Rings after something was recorded, by whatever process: a hint, after which a reader looks again.
    public func changes() -> AsyncStream<Void> { database.changes() }

    /// Does `work` in one transaction.
    func write<Value: Sendable>(
        _ write: Write = .other,
        surviving crash: Durability = .crashOfTheMachine,
        _ work: @escaping @Sendable (Transaction) throws -> Value
    ) async throws(JournalError) -> Value {
        try await self.write(
            write,
            surviving: crash,
            preparing: {},
            { transaction, _ in try work(transaction) }
        )
    }

    /// The same, with what `prepare` makes before the transaction keeps others waiting: files.
    func write<Prepared, Value: Sendable>(
        _ write: Write,
        surviving crash: Durability = .crashOfTheMachine,
        preparing prepare: @escaping @Sendable () throws -> Prepared,
        _ work: @escaping @Sendable (Transaction, Prepared) throws -> Value
    ) async throws(JournalError) -> Value {
        if let error = await watch?.before(write) { throw error }
        let value: Value
        do {
            value = try await database.write(surviving: crash, preparing: prepare, work)
        } catch {
            throw JournalError(error, path: path)
        }
        if let error = await watch?.after(write) { throw error }
        return value
    }

    /// Does `work`, which reads with one statement.
    func read<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value)
        async throws(JournalError) -> Value
    {
        do {
            return try await database.read(work)
        } catch {
            throw JournalError(error, path: path)
        }
    }

    /// The same on the caller's thread: for tests.
    func readNow<Value: Sendable>(_ work: (Transaction) throws -> Value) throws(JournalError) -> Value {
        do {
            return try database.readNow(work)
        } catch {
            throw JournalError(error, path: path)
        }
    }
}
