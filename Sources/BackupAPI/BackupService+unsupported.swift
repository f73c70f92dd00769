// What a service need not do: unless it says otherwise, each of these throws `unsupported`, or does without.

extension BackupService {
    /// Does nothing.
    public func shutdown() async {}

    /// Reads the configurations.
    public func checkReadiness() async throws {
        _ = try await configurations()
    }

    /// Looks through all backups.
    public func restorableConfigurations() async throws -> Set<ResourceID<Configuration>> {
        var found: Set<ResourceID<Configuration>> = []
        var page = BackupFilter(limit: 1_000)
        while true {
            let backups = try await backups(page)
            for backup in backups where backup.restorable { found.insert(backup.configuration.id) }
            guard backups.count == page.limit, let last = backups.last else { return found }
            page.marker = last.id
        }
    }

    /// Looks among the configurations that are there.
    public func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        let all = try await configurations()
        guard let found = all.first(where: { $0.id == id }) else {
            throw BackupError.unknownConfiguration(id.rawValue, known: all.map(\.name))
        }
        return found
    }

    /// Tells what the record says, and names no files.
    public func errors(of id: ResourceID<Backup>) async throws -> ErrorList {
        let errors = try await backup(id).errors
        return ErrorList(count: errors.count, reason: errors.reason, diagnostics: errors.diagnostics)
    }

    /// Throws `unsupported`.
    public func stop(_ id: ResourceID<Backup>) async throws -> Backup {
        throw BackupError.unsupported("stop backups")
    }

    /// Looks at the record once a second, and tells where it has changed.
    public func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        AsyncThrowingStream { continuation in
            let work = Task {
                do {
                    var last: Backup?
                    while true {
                        let backup = try await backup(id)
                        if backup != last { continuation.yield(BackupUpdate(backup: backup)) }
                        guard !backup.state.isFinal else { return continuation.finish() }
                        last = backup
                        try await Task.sleep(for: .seconds(1))
                    }
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in work.cancel() }
        }
    }

    /// Remembers nothing.
    public func watermark(before request: StartRequest) async throws -> String { "" }

    /// Cannot tell.
    public func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        .unknown(reason: "this service cannot tell whether a start has happened", candidates: [])
    }

    /// Throws `unsupported`.
    public func create(_ draft: ConfigurationDraft) async throws -> Configuration {
        throw BackupError.unsupported("make configurations")
    }

    /// Throws `unsupported`.
    public func update(
        _ id: ResourceID<Configuration>,
        _ changes: ConfigurationChanges
    ) async throws -> Configuration {
        throw BackupError.unsupported("change configurations")
    }

    /// Throws `unsupported`.
    public func delete(_ id: ResourceID<Configuration>) async throws {
        throw BackupError.unsupported("delete configurations")
    }

    /// Throws `unsupported`.
    public func startRestore(_ draft: RestoreDraft, key: String?) async throws -> Restore {
        throw BackupError.unsupported("restore")
    }

    /// Throws `unsupported`.
    public func restore(_ id: ResourceID<Restore>) async throws -> Restore {
        throw BackupError.unsupported("restore")
    }

    /// Throws `unsupported`.
    public func restores(_ page: Page<Restore>) async throws -> [Restore] {
        throw BackupError.unsupported("restore")
    }

    /// Throws `unsupported`.
    public func stopRestore(_ id: ResourceID<Restore>) async throws -> Restore {
        throw BackupError.unsupported("restore")
    }

    /// Throws `unsupported`.
    public func errors(ofRestore id: ResourceID<Restore>) async throws -> ErrorList {
        throw BackupError.unsupported("restore")
    }

    /// Throws `unsupported`.
    public func startCleanup(
        _ agent: ResourceID<Agent>,
        of configurations: [ResourceID<Configuration>],
        key: String?
    ) async throws -> Cleanup {
        throw BackupError.unsupported("clean up")
    }

    /// Throws `unsupported`.
    public func cleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup {
        throw BackupError.unsupported("clean up")
    }

    /// Throws `unsupported`.
    public func cleanups(_ page: Page<Cleanup>) async throws -> [Cleanup] {
        throw BackupError.unsupported("clean up")
    }

    /// Throws `unsupported`.
    public func stopCleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup {
        throw BackupError.unsupported("clean up")
    }

    /// Throws `unsupported`.
    public func errors(ofCleanup id: ResourceID<Cleanup>) async throws -> ErrorList {
        throw BackupError.unsupported("clean up")
    }

    /// Throws `unsupported`.
    public func check(_ data: CheckedData) async throws -> RepositoryCheck {
        throw BackupError.unsupported("check its repository")
    }

    /// Throws `unsupported`.
    public func agents() async throws -> [Agent] {
        throw BackupError.unsupported("list agents")
    }

    /// Throws `unsupported`.
    public func activate(_ agent: ResourceID<Agent>?, mode: AgentMode) async throws {
        throw BackupError.unsupported("wake agents")
    }

    /// Throws `unsupported`.
    public func activities(_ filter: ActivityFilter) async throws -> [Activity] {
        throw BackupError.unsupported("list activities")
    }

    /// Throws `unsupported`.
    public func events(of subject: EventSubject, _ page: Page<Event>) async throws -> [Event] {
        throw BackupError.unsupported("list events")
    }

    /// Throws `unsupported`.
    public func browse(_ backup: ResourceID<Backup>, path: String) async throws -> [BrowseItem] {
        throw BackupError.unsupported("browse backups")
    }

    /// Shows nothing: folders are listed one by one.
    public func files(
        of backup: ResourceID<Backup>,
        _ show: @escaping @Sendable (_ path: String, _ bytes: Int64) -> Void
    ) async throws -> Bool {
        false
    }

    /// Throws `unsupported`.
    public func browse(agent: ResourceID<Agent>, path: String) async throws -> [BrowseItem] {
        throw BackupError.unsupported("browse hosts")
    }
}
