import GRDB
import Synchronization

/// What was read of the catalog since it last changed, so that a question that is asked often costs no query.
///
/// Each use asks SQLite whether anyone, also another process, has changed the catalog; then all is forgotten. What
/// SQLite cannot tell at once counts as a change: nothing that is answered from here is out of date.
final class CatalogMemory: Sendable {
    /// A state of the catalog. Two of one memory are equal when nothing was changed between them.
    struct Version: Equatable {
        fileprivate let number: Int
    }

    private struct Contents {
        var version: Version?
        var unfinished: [UnfinishedRun]?
        var backups: [String: BackupRow] = [:]
    }

    /// Backups that are remembered at a time; about a kilobyte each.
    private static let maximumBackups = 1_000

    /// A connection of its own: SQLite counts the changes of all others on each.
    private let queue: DatabaseQueue
    private let contents = Mutex(Contents())

    init(path: String) throws {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// The catalog's state now; `nil` when it cannot be told without waiting.
    ///
    /// It is seen in the index of SQLite's log, which is shared memory: no page is read.
    func version() -> Version? {
        // https://sqlite.org/pragma.html#pragma_data_version
        let number = try? queue.unsafeRead { database in
            try Int.fetchOne(database.cachedStatement(sql: "PRAGMA data_version"))
        }
        return number.map(Version.init)
    }

    /// The runs that were not over in this state; `nil` when it is not known.
    func unfinished(in version: Version?) -> [UnfinishedRun]? {
        recall(version) { $0.unfinished }
    }

    /// A backup in this state; `nil` when it is not known.
    func backup(_ id: String, in version: Version?) -> BackupRow? {
        recall(version) { $0.backups[id] }
    }

    /// Keeps what was read after this state was seen.
    func keep(unfinished: [UnfinishedRun], since version: Version?) {
        recall(version) { $0.unfinished = unfinished }
    }

    /// Keeps what was read after this state was seen.
    func keep(_ row: BackupRow, since version: Version?) {
        recall(version) { contents in
            if contents.backups.count == Self.maximumBackups { contents.backups.removeAll() }
            contents.backups[row.id] = row
        }
    }

    /// What is remembered of this state, which is nothing when another one was remembered.
    @discardableResult
    private func recall<Value: Sendable>(_ version: Version?, _ use: (inout Contents) -> Value?) -> Value? {
        guard let version else { return nil }
        return contents.withLock { contents in
            if contents.version != version { contents = Contents(version: version) }
            return use(&contents)
        }
    }
}
