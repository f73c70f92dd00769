public import BackupAPI
internal import Synchronization

/// A backup service that exists in memory only and does what its scripts say, for tests.
///
/// Everything is deterministic: ids count up, every moment that it notes is one second after the one before, and no
/// step waits for time. A configuration without a script of its own has ``BackupScript/completes``.
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
    /// Of a configuration's `scripts`, the first start takes the first, and so on; the last one serves all that follow.
    public init(
        _ configurations: [Configuration] = [.make()],
        scripts: [ResourceID<Configuration>: [BackupScript]] = [:]
    ) {
        state = Mutex(State(configurations: configurations, scripts: scripts))
    }

    /// Every call of `start` so far, in order, those that were refused or answered by a key too.
    public var startRequests: [StartRequest] { state.withLock { $0.startRequests } }

    /// How many backups were started: calls that were refused or answered by a key do not count.
    public var startCount: Int { state.withLock { $0.order.count } }

    /// All configurations that are not deleted, in the order of their names.
    public func configurations() async throws -> [Configuration] {
        state.withLock { $0.existing }
    }

    /// One configuration. Throws `unknown_configuration`.
    public func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        try state.withLock { try $0.configuration(id) }
    }

    /// Starts a backup and answers its record, in `start_requested`; a repeated key answers the record as of now.
    public func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        let (backup, isNew) = try state.withLock { state in
            state.startRequests.append(StartRequest(configuration: configuration, key: key))
            if let run = key.flatMap({ state.byKey[$0] }).flatMap({ state.runs[$0] }) {
                return (run.backup, false)
            }
            return (try state.start(configuration, key: key), true)
        }
        if isNew { advance(backup.id, from: 0) }
        return backup
    }

    /// One backup's record as of now; a backup that stood still until it is watched goes on first.
    public func backup(_ id: ResourceID<Backup>) async throws -> Backup {
        let seen = try state.withLock { try $0.run(id) }
        if case .unwatched? = seen.pause { advance(id, from: seen.position) }
        return try state.withLock { try $0.run(id).backup }
    }

    /// The backups that match, newest first.
    public func backups(_ filter: BackupFilter) async throws -> [Backup] {
        state.withLock { state in
            let newestFirst = state.order.reversed().compactMap { state.runs[$0]?.backup }
            let matching = newestFirst.filter { backup in
                (filter.configuration ?? backup.configuration.id) == backup.configuration.id
                    && filter.states?.contains(backup.state) ?? true
            }
            return Array(matching.prefix(filter.limit))
        }
    }

    /// Asks for a stop and answers the record in `stop_requested`.
    public func stop(_ id: ResourceID<Backup>) async throws -> Backup {
        let (backup, gate) = try state.withLock { state in
            var run = try state.run(id)
            guard !run.backup.state.isFinal else {
                throw BackupError.alreadyFinal(id, state: run.backup.state)
            }
            run.requestStop()
            state.runs[id] = run
            return (run.backup, run.script.stopGate)
        }
        if let gate {
            gate.whenOpen { [weak self] in self?.end(id) }
        } else {
            end(id)
        }
        return backup
    }

    /// What went wrong in a backup, file by file. Throws `unknown_backup`.
    public func errors(of id: ResourceID<Backup>) async throws -> ErrorList {
        try state.withLock { try $0.run(id).errorList }
    }

    /// News of a backup until it is over; a backup that stood still until it is watched goes on.
    public func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        let (stream, continuation) = AsyncThrowingStream<BackupUpdate, any Error>.makeStream()
        watch(id, with: continuation)
        return stream
    }
}
