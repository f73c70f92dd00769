/// What does backups: the Cloud Backup API, restic on this machine, or a test's own service.
///
/// Every implementation passes the contract suite in `BackupTesting`. All methods throw `BackupError`, or
/// `CancellationError` when the task is cancelled.
public protocol BackupService: Sendable {
    /// All configurations that are not deleted, in the order of their names.
    func configurations() async throws -> [Configuration]

    /// One configuration. Throws `unknown_configuration`.
    func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration

    /// Starts a backup and answers its record at once.
    ///
    /// `key` is the caller's: of all starts with one key, only the first starts a backup, and every later one
    /// answers that first backup. `nil` always starts a new one. Throws `unknown_configuration`.
    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup

    /// One backup's record as of now. Throws `unknown_backup`.
    func backup(_ id: ResourceID<Backup>) async throws -> Backup

    /// The backups that match, newest first.
    func backups(_ filter: BackupFilter) async throws -> [Backup]

    /// Asks for a stop and answers the record as of now; the backup is `stopped` when that is done.
    ///
    /// A second request changes nothing. Throws `unknown_backup`, and `conflict` when the backup is over.
    func stop(_ id: ResourceID<Backup>) async throws -> Backup

    /// What went wrong in a backup, file by file. Throws `unknown_backup`.
    func errors(of id: ResourceID<Backup>) async throws -> ErrorList

    /// News of a backup until it is over: the record as of now first, the final record last.
    ///
    /// The service chooses how often, at most ten times a second. Ending the iteration does not stop the backup.
    /// Throws `unknown_backup`.
    func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error>
}

/// Which backups a list shall have; everything is optional.
public struct BackupFilter: Hashable, Sendable {
    /// Only those of this configuration.
    public var configuration: ResourceID<Configuration>?
    /// Only those in one of these states; `nil` for any.
    public var states: Set<ActivityState>?
    /// At most so many; at least 1.
    public var limit: Int

    /// Makes a filter.
    public init(
        configuration: ResourceID<Configuration>? = nil,
        states: Set<ActivityState>? = nil,
        limit: Int = 100
    ) {
        self.configuration = configuration
        self.states = states
        self.limit = limit
    }
}

extension BackupService {
    /// The configuration that has this id, or else this name. Throws `unknown_configuration` with a suggestion.
    public func configuration(idOrName reference: String) async throws -> Configuration {
        let all = try await configurations()
        if let found = all.first(where: { $0.id.rawValue == reference }) { return found }
        if let found = all.first(where: { $0.name == reference }) { return found }
        throw BackupError.unknownConfiguration(reference, known: all.map(\.name))
    }

    /// Waits until a backup is over and answers its final record; `onUpdate` gets every piece of news, in order.
    ///
    /// Cancelling the task ends the waiting, not the backup.
    public func wait(
        for id: ResourceID<Backup>,
        onUpdate: (BackupUpdate) async throws -> Void = { _ in }
    ) async throws -> Backup {
        var last: Backup?
        for try await update in updates(of: id) {
            last = update.backup
            try await onUpdate(update)
        }
        try Task.checkCancellation()
        guard let last, last.state.isFinal else {
            let message = "the news of backup '\(id)' ended before the backup did"
            throw BackupError(.service, message, isRetryable: true)
        }
        return last
    }
}
