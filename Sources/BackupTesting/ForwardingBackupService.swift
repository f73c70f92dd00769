package import BackupAPI

/// A service over another one: what it does not do in its own way, the other one does.
package protocol ForwardingBackupService: BackupService {
    /// What the other one is.
    associatedtype Base: BackupService
    /// The other one.
    var base: Base { get }
}

extension ForwardingBackupService {
    package func configurations() async throws -> [Configuration] { try await base.configurations() }

    package func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        try await base.configuration(id)
    }

    package func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        try await base.start(configuration, key: key)
    }

    package func watermark(before request: StartRequest) async throws -> String {
        try await base.watermark(before: request)
    }

    package func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        try await base.reconcile(request, key: key, watermark: watermark, claimed: claimed)
    }

    package func backup(_ id: ResourceID<Backup>) async throws -> Backup { try await base.backup(id) }

    package func backups(_ filter: BackupFilter) async throws -> [Backup] { try await base.backups(filter) }

    package func stop(_ id: ResourceID<Backup>) async throws -> Backup { try await base.stop(id) }

    package func errors(of id: ResourceID<Backup>) async throws -> ErrorList { try await base.errors(of: id) }

    package func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        base.updates(of: id)
    }

    package func shutdown() async { await base.shutdown() }

    package func checkReadiness() async throws { try await base.checkReadiness() }

    package func restorableConfigurations() async throws -> Set<ResourceID<Configuration>> {
        try await base.restorableConfigurations()
    }

    package func startRestore(_ draft: RestoreDraft, key: String?) async throws -> Restore {
        try await base.startRestore(draft, key: key)
    }

    package func restore(_ id: ResourceID<Restore>) async throws -> Restore { try await base.restore(id) }

    package func restores(_ page: Page<Restore>) async throws -> [Restore] { try await base.restores(page) }

    package func stopRestore(_ id: ResourceID<Restore>) async throws -> Restore {
        try await base.stopRestore(id)
    }

    package func agents() async throws -> [Agent] { try await base.agents() }

    package func activate(_ agent: ResourceID<Agent>?, mode: AgentMode) async throws {
        try await base.activate(agent, mode: mode)
    }

    package func activities(_ filter: ActivityFilter) async throws -> [Activity] {
        try await base.activities(filter)
    }

    package func events(of subject: EventSubject, _ page: Page<Event>) async throws -> [Event] {
        try await base.events(of: subject, page)
    }

    package func browse(_ backup: ResourceID<Backup>, path: String) async throws -> [BrowseItem] {
        try await base.browse(backup, path: path)
    }

    package func files(
        of backup: ResourceID<Backup>,
        _ show: @escaping @Sendable (_ path: String, _ bytes: Int64) -> Void
    ) async throws -> Bool {
        try await base.files(of: backup, show)
    }

    package func browse(agent: ResourceID<Agent>, path: String) async throws -> [BrowseItem] {
        try await base.browse(agent: agent, path: path)
    }

    package func errors(ofRestore id: ResourceID<Restore>) async throws -> ErrorList {
        try await base.errors(ofRestore: id)
    }

    package func startCleanup(
        _ agent: ResourceID<Agent>,
        of configurations: [ResourceID<Configuration>],
        key: String?
    ) async throws -> Cleanup {
        try await base.startCleanup(agent, of: configurations, key: key)
    }

    package func cleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup { try await base.cleanup(id) }

    package func cleanups(_ page: Page<Cleanup>) async throws -> [Cleanup] { try await base.cleanups(page) }

    package func stopCleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup {
        try await base.stopCleanup(id)
    }

    package func errors(ofCleanup id: ResourceID<Cleanup>) async throws -> ErrorList {
        try await base.errors(ofCleanup: id)
    }

    package func check(_ data: CheckedData) async throws -> RepositoryCheck { try await base.check(data) }

    package func create(_ draft: ConfigurationDraft) async throws -> Configuration {
        try await base.create(draft)
    }

    package func update(_ id: ResourceID<Configuration>, _ changes: ConfigurationChanges) async throws
        -> Configuration
    {
        try await base.update(id, changes)
    }

    package func delete(_ id: ResourceID<Configuration>) async throws { try await base.delete(id) }
}
