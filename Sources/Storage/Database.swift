/// Tables that survive the program, behind one SQL, whoever keeps them.
///
/// A statement's placeholders are `$1`, `$2`, …, and an expression like `max(a, b)` or a function of one database has no
/// place in it. What has no common word is a word in braces, which each driver replaces: see ``SQLText``. A rule that is
/// broken is looked for, not caught: `ON CONFLICT DO NOTHING` and the count of changed rows, because on PostgreSQL a
/// transaction is over with its first error.
///
/// A transaction is one synchronous closure on its connection's own queue: no thread of Swift's pool waits for the disk.
/// All functions throw `StorageError`, and what a closure throws, as it is; then nothing was changed.
package protocol Database: Sendable {
    /// Does `work` in one transaction, whether or not the task is cancelled, with what `prepare` makes before the transaction
    /// keeps others waiting, for example files.
    func write<Prepared, Value: Sendable>(
        surviving crash: Durability,
        preparing prepare: @escaping @Sendable () throws -> Prepared,
        _ work: @escaping @Sendable (Transaction, Prepared) throws -> Value
    ) async throws -> Value

    /// Does `work`, which reads with one statement, whether or not the task is cancelled.
    func read<Value: Sendable>(_ work: @escaping @Sendable (Transaction) throws -> Value) async throws
        -> Value

    /// The same on the caller's thread, which waits.
    func readNow<Value: Sendable>(_ work: (Transaction) throws -> Value) throws -> Value

    /// Rings after something was committed, by whatever process; many commits may ring once, and one that changed nothing
    /// may ring. It is a hint: what has to be noticed for sure is looked at now and then besides.
    func changes() -> AsyncStream<Void>
}

extension Database {
    /// Does `work` in one transaction, whether or not the task is cancelled.
    package func write<Value: Sendable>(
        surviving crash: Durability = .crashOfTheMachine,
        _ work: @escaping @Sendable (Transaction) throws -> Value
    ) async throws -> Value {
        try await write(surviving: crash, preparing: {}, { transaction, _ in try work(transaction) })
    }
}

/// What a commit survives.
package enum Durability: Sendable {
    /// The end of the program, however it comes.
    case crashOfTheHost
    /// A power cut as well.
    case crashOfTheMachine
}
