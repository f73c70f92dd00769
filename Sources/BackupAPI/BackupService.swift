/// What does backups: the Cloud Backup API, restic on this machine, or a test's own service.
///
/// Every implementation passes the contract suite in `BackupTesting`. All methods throw `BackupError`, or
/// `CancellationError` when the task is cancelled.
public protocol BackupService: Sendable {
    /// All configurations that are not deleted, in the order of their names.
    func configurations() async throws -> [Configuration]

    /// One configuration, also a deleted one. Throws `unknown_configuration`.
    func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration

    /// Starts a backup and returns its record at once.
    ///
    /// `key` is the caller's: of all starts with one key, only the first starts a backup, and every later one
    /// answers that first backup. `nil` always starts a new one. Throws `unknown_configuration`, for a deleted one too.
    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup

    /// What to remember before a start so that ``reconcile(_:key:watermark:claimed:)`` can tell later whether it happened:
    /// a text of the service's own, at most 64 KiB; empty where the key says all.
    func watermark(before request: StartRequest) async throws -> String

    /// What has become of a start with this key whose host died before it saw the answer.
    ///
    /// `watermark` is what ``watermark(before:)`` answered before it; `claimed` are ids that are known to have come of other
    /// starts. Starts nothing, and is safe to repeat. A service that cannot look now throws, `isRetryable`; one that can
    /// never tell returns `unknown`.
    func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate

    /// One backup's record as of now. Throws `unknown_backup`.
    func backup(_ id: ResourceID<Backup>) async throws -> Backup

    /// The backups that match, newest first.
    func backups(_ filter: BackupFilter) async throws -> [Backup]

    /// Asks for a stop and returns the record as of now; the backup is `stopped` when that is done.
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

    /// Stops following what the service follows, and returns when nothing of it works any more. What runs goes on; what can
    /// be read can still be read afterwards where no connection is needed.
    func shutdown() async

    /// Throws what would keep the service from taking a start now, for example that its store is locked; changes nothing, and
    /// waits for a few seconds at most.
    func checkReadiness() async throws

    // MARK: Configurations

    /// The configurations of which a backup can be restored; deleted ones may be among them.
    func restorableConfigurations() async throws -> Set<ResourceID<Configuration>>

    /// Makes a configuration; this, a change and a deletion are told by the event `configuration_changed`. Throws `invalid_configuration` with every rule of the contract that it breaks, and
    /// `conflict` when another one that is not deleted has its name.
    func create(_ draft: ConfigurationDraft) async throws -> Configuration

    /// Changes a configuration and answers it as it is now. Throws as `create` does, `unknown_configuration`, for a
    /// deleted one too, and `conflict` for one that stands in a file of the site.
    func update(_ id: ResourceID<Configuration>, _ changes: ConfigurationChanges) async throws
        -> Configuration

    /// Deletes a configuration: its record stays with `deleted`, its backups stay too, and nothing starts it any more.
    /// Its name is free; a new configuration that gets its id takes its record's place.
    ///
    /// A second delete changes nothing. Throws `unknown_configuration`, and `conflict` as `update` does.
    func delete(_ id: ResourceID<Configuration>) async throws

    // MARK: Restores

    /// Starts a restore and returns its record at once; `key` as in `start`. Throws `unknown_backup`, and
    /// `invalid_request` with what the draft lacks, and for a backup that is not `restorable`.
    func startRestore(_ draft: RestoreDraft, key: String?) async throws -> Restore

    /// One restore's record as of now. Throws `unknown_restore`.
    func restore(_ id: ResourceID<Restore>) async throws -> Restore

    /// The restores of a page, newest first unless it says otherwise. Throws `invalid_request` for an unknown marker.
    func restores(_ page: Page<Restore>) async throws -> [Restore]

    /// Asks for a stop, as `stop` does for a backup. Throws `unknown_restore` and `conflict`.
    func stopRestore(_ id: ResourceID<Restore>) async throws -> Restore

    /// What went wrong in a restore, file by file. Throws `unknown_restore`.
    func errors(ofRestore id: ResourceID<Restore>) async throws -> ErrorList

    // MARK: Cleanups

    /// Removes the snapshots of these configurations, of all for none, that are older than their retention, and the data only
    /// they used; `key` as in `start`. Throws `unknown_agent`, `unknown_configuration`, and `unsupported` where the service can
    /// only clean up all.
    func startCleanup(
        _ agent: ResourceID<Agent>,
        of configurations: [ResourceID<Configuration>],
        key: String?
    ) async throws -> Cleanup

    /// One cleanup's record as of now. Throws `unknown_cleanup`.
    func cleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup

    /// The cleanups of a page, newest first unless it says otherwise. Throws `invalid_request` for an unknown marker.
    func cleanups(_ page: Page<Cleanup>) async throws -> [Cleanup]

    /// Asks for a stop, as `stop` does for a backup. Throws `unknown_cleanup` and `conflict`.
    func stopCleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup

    /// What went wrong in a cleanup. Throws `unknown_cleanup`.
    func errors(ofCleanup id: ResourceID<Cleanup>) async throws -> ErrorList

    // MARK: Checks

    /// Looks whether the repository is sound: at its structure, and at as much of its data as `data` says; nothing is changed.
    ///
    /// Damage is in the answer; what is thrown kept the service from looking. Cancelling the task ends the check, and it is
    /// safe to repeat. Throws `invalid_request` for data out of their range, and `unsupported` where the service cannot look.
    func check(_ data: CheckedData) async throws -> RepositoryCheck

    // MARK: Agents, activities, events, files

    /// All agents in the order of their names; the local service has one, this host.
    func agents() async throws -> [Agent]

    /// Says how eagerly an agent, or all of them, shall look for work for a while; the event `agent_activate` tells of it.
    /// Throws `unknown_agent`.
    func activate(_ agent: ResourceID<Agent>?, mode: AgentMode) async throws

    /// Backups, restores and cleanups of a page together, the one that changed last first unless it says otherwise.
    /// Throws `invalid_request` for an unknown marker; nothing is there of an unknown agent or configuration.
    func activities(_ filter: ActivityFilter) async throws -> [Activity]

    /// The events of a subject after the page's marker, oldest first unless it says otherwise. Events expire: a marker
    /// that is not known any more counts as older than all. Throws `unknown_backup` and so on for the subject.
    func events(of subject: EventSubject, _ page: Page<Event>) async throws -> [Event]

    /// The entries of a folder in a backup, by name; `path` is absolute. Throws `unknown_backup`, and `unknown_path`.
    func browse(_ backup: ResourceID<Backup>, path: String) async throws -> [BrowseItem]

    /// Shows each regular file of a backup with its path and its size in bytes, in the same order each time.
    ///
    /// Returns `false`, and shows nothing, where a service can only list folder by folder. Throws `unknown_backup`, and
    /// `unknown_path` for a backup that has nothing.
    func files(
        of backup: ResourceID<Backup>,
        _ show: @escaping @Sendable (_ path: String, _ bytes: Int64) -> Void
    ) async throws -> Bool

    /// The entries of a folder on an agent's host, by name. Throws `unknown_agent`, and `unknown_path`.
    func browse(agent: ResourceID<Agent>, path: String) async throws -> [BrowseItem]
}

/// Which backups a list shall have; everything is optional.
public struct BackupFilter: Hashable, Sendable {
    /// Only those of this configuration.
    public var configuration: ResourceID<Configuration>?
    /// Only those in one of these states; `nil` for any.
    public var states: Set<ActivityState>?
    /// At most so many; at least 1.
    public var limit: Int
    /// Only those that follow this one in the list; an id that is not known is `invalid_request`.
    public var marker: ResourceID<Backup>?
    /// Oldest first.
    public var isAscending: Bool

    /// Makes a filter.
    public init(
        configuration: ResourceID<Configuration>? = nil,
        states: Set<ActivityState>? = nil,
        limit: Int = 100,
        marker: ResourceID<Backup>? = nil,
        isAscending: Bool = false
    ) {
        self.configuration = configuration
        self.states = states
        self.limit = limit
        self.marker = marker
        self.isAscending = isAscending
    }
}

extension BackupService {
    /// Wakes an agent, or all of them, so that they look for work soon; one that is awake stays so. Throws `unknown_agent`.
    public func activate(_ agent: ResourceID<Agent>?) async throws {
        try await activate(agent, mode: .active)
    }

    /// The configuration that has this id, or else this name. Throws `unknown_configuration` with a suggestion.
    public func configuration(idOrName reference: String) async throws -> Configuration {
        try await configurations().configuration(idOrName: reference)
    }

    /// A cleanup of all configurations; see ``startCleanup(_:of:key:)``.
    public func startCleanup(_ agent: ResourceID<Agent>, key: String?) async throws -> Cleanup {
        try await startCleanup(agent, of: [], key: key)
    }

    /// Waits until a backup is over and returns its final record; `onUpdate` gets every piece of news, in order.
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

extension [Configuration] {
    /// The one that has this id, or else this name. Throws `unknown_configuration` with a suggestion.
    package func configuration(idOrName reference: String) throws -> Configuration {
        if let found = first(where: { $0.id.rawValue == reference }) { return found }
        if let found = first(where: { $0.name == reference }) { return found }
        throw BackupError.unknownConfiguration(reference, known: map(\.name))
    }
}
