public import BackupAPI
internal import Synchronization

/// A backup service that exists in memory only and does what its scripts say, for tests.
///
/// Everything is deterministic: ids count up, every moment that it notes is one second after the one before, unless it is
/// given a clock, and no step waits for time. A configuration without a script of its own has ``BackupScript/completes``.
public final class InMemoryBackupService: BackupService {
    /// One call of `start`.
    public struct StartRequest: Hashable, Sendable {
        /// The configuration that was asked for.
        public var configuration: ResourceID<Configuration>
        /// The key that was given.
        public var key: String?
    }

    let state: Mutex<State>

    /// Makes a service.
    ///
    /// Of a configuration's `scripts`, the first start takes the first, and so on; the last one serves all that
    /// follow. Restores and cleanups take theirs from `restores` and `cleanups` in the same way, and checks the problems that
    /// they find from `findings`, none of which finds nothing. `folders` has the
    /// entries of each folder, by its absolute path without a separator at the end; agents and backups all show them.
    /// `now` says what moments it notes.
    public init(
        _ configurations: [Configuration] = [.make()],
        scripts: [ResourceID<Configuration>: [BackupScript]] = [:],
        restores: [BackupScript] = [],
        cleanups: [BackupScript] = [],
        findings: [[String]] = [],
        agents: [Agent] = [.make()],
        folders: [String: [BrowseItem]] = BrowseItem.sampleFolders,
        now: (@Sendable () -> Timestamp)? = nil
    ) {
        state = Mutex(
            State(
                configurations: configurations,
                scripts: scripts,
                restoreScripts: restores,
                cleanupScripts: cleanups,
                findings: findings,
                agents: agents,
                folders: folders,
                now: now
            )
        )
    }

    /// Adds a configuration, or takes the place of the one with the same id; its next backup takes the first of the scripts.
    public func set(_ configuration: Configuration, scripts: [BackupScript]) {
        state.withLock { state in
            state.configurations.removeAll { $0.id == configuration.id }
            state.configurations.append(configuration)
            state.scripts[configuration.id] = scripts
        }
    }

    /// Every call of `start` so far, in order, those that were refused or answered by a key too.
    public var startRequests: [StartRequest] { state.withLock { $0.startRequests } }

    /// The configurations of the backups that were started, in order: calls that were refused or answered by a key do not
    /// count.
    public var startedConfigurations: [ResourceID<Configuration>] {
        state.withLock { $0.backups.records.map(\.configuration.id) }
    }

    /// How many backups were started: calls that were refused or answered by a key do not count.
    public var startCount: Int { state.withLock { $0.backups.order.count } }

    /// Starts a backup and returns its record, in `start_requested`; a repeated key returns the record as of now.
    public func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        let (backup, isNew) = try state.withLock { state in
            state.startRequests.append(StartRequest(configuration: configuration, key: key))
            if let backup = state.backups.record(key: key) { return (backup, false) }
            return (try state.start(configuration, key: key), true)
        }
        if isNew { advance(backup.id, from: 0) }
        return backup
    }

    /// One backup's record as of now; a backup that stood still until it is watched goes on first.
    public func backup(_ id: ResourceID<Backup>) async throws -> Backup {
        try look(at: id)
    }

    /// The backups that match, newest first unless the filter says otherwise.
    public func backups(_ filter: BackupFilter) async throws -> [Backup] {
        try state.withLock { state in
            try state.backups.page(
                after: filter.marker,
                limit: filter.limit,
                isAscending: filter.isAscending
            ) { backup in
                (filter.configuration ?? backup.configuration.id) == backup.configuration.id
                    && filter.states?.contains(backup.state) ?? true
            }
        }
    }

    /// Asks for a stop and returns the record in `stop_requested`.
    public func stop(_ id: ResourceID<Backup>) async throws -> Backup {
        try requestStop(id)
    }

    /// What went wrong in a backup, file by file. Throws `unknown_backup`.
    public func errors(of id: ResourceID<Backup>) async throws -> ErrorList {
        try state.withLock { try $0.backups.run(id).errorList }
    }

    /// News of a backup until it is over; a backup that stood still until it is watched goes on.
    public func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        let (stream, continuation) = AsyncThrowingStream<BackupUpdate, any Error>.makeStream()
        watch(id, with: continuation)
        return stream
    }
}
