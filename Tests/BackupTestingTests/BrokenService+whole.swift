import BackupAPI
import BackupTesting

/// What is wrong with a service beyond its backups.
struct WholeFlaws: Sendable {
    var message: @Sendable (String) -> String = { $0 }
    var changed: @Sendable (Configuration) -> Configuration = { $0 }
    var startedRestore: @Sendable (Restore) -> Restore = { $0 }
    var restore: @Sendable (Restore) -> Restore = { $0 }
    var stoppingRestore: @Sendable (Restore) -> Restore = { $0 }
    var restorePage: @Sendable (Page<Restore>) -> Page<Restore> = { $0 }
    var startedCleanup: @Sendable (Cleanup) -> Cleanup = { $0 }
    var cleanup: @Sendable (Cleanup) -> Cleanup = { $0 }
    var check: @Sendable (RepositoryCheck) -> RepositoryCheck = { $0 }
    var agents: @Sendable ([Agent]) -> [Agent] = { $0 }
    var activityFilter: @Sendable (ActivityFilter) -> ActivityFilter = { $0 }
    var activities: @Sendable ([Activity]) -> [Activity] = { $0 }
    var eventPage: @Sendable (Page<Event>) -> Page<Event> = { $0 }
    var events: @Sendable ([Event]) -> [Event] = { $0 }
    var items: @Sendable ([BrowseItem]) -> [BrowseItem] = { $0 }
    var hostItems: @Sendable ([BrowseItem]) -> [BrowseItem] = { $0 }
}

extension BrokenService {
    func create(_ draft: ConfigurationDraft) async throws -> Configuration {
        try await recoded { flaws.whole.changed(try await base.create(draft)) }
    }

    func update(_ id: ResourceID<Configuration>, _ changes: ConfigurationChanges) async throws
        -> Configuration
    {
        try await recoded { flaws.whole.changed(try await base.update(id, changes)) }
    }

    func delete(_ id: ResourceID<Configuration>) async throws {
        try await recoded { try await base.delete(id) }
    }

    func startRestore(_ draft: RestoreDraft, key: String?) async throws -> Restore {
        try await recoded {
            flaws.whole.startedRestore(try await base.startRestore(draft, key: flaws.key(key)))
        }
    }

    func restore(_ id: ResourceID<Restore>) async throws -> Restore {
        try await recoded { flaws.whole.restore(try await base.restore(id)) }
    }

    func restores(_ page: Page<Restore>) async throws -> [Restore] {
        try await recoded { try await base.restores(flaws.whole.restorePage(page)) }
    }

    func stopRestore(_ id: ResourceID<Restore>) async throws -> Restore {
        try await recoded { flaws.whole.stoppingRestore(try await base.stopRestore(id)) }
    }

    func errors(ofRestore id: ResourceID<Restore>) async throws -> ErrorList {
        try await recoded { try await base.errors(ofRestore: id) }
    }

    func startCleanup(
        _ agent: ResourceID<Agent>,
        of configurations: [ResourceID<Configuration>],
        key: String?
    ) async throws -> Cleanup {
        try await recoded {
            flaws.whole.startedCleanup(
                try await base.startCleanup(agent, of: configurations, key: flaws.key(key))
            )
        }
    }

    func cleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup {
        try await recoded { flaws.whole.cleanup(try await base.cleanup(id)) }
    }

    func cleanups(_ page: Page<Cleanup>) async throws -> [Cleanup] {
        try await recoded { try await base.cleanups(page) }
    }

    func stopCleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup {
        do {
            return try await recoded { try await base.stopCleanup(id) }
        } catch let error as BackupError where error.code == .conflict && flaws.ignoresConflicts {
            return try await base.cleanup(id)
        }
    }

    func errors(ofCleanup id: ResourceID<Cleanup>) async throws -> ErrorList {
        try await recoded { try await base.errors(ofCleanup: id) }
    }

    func check(_ data: CheckedData) async throws -> RepositoryCheck {
        try await recoded { flaws.whole.check(try await base.check(data)) }
    }

    func agents() async throws -> [Agent] {
        flaws.whole.agents(try await base.agents())
    }

    func activate(_ agent: ResourceID<Agent>?, mode: AgentMode) async throws {
        try await recoded { try await base.activate(agent, mode: mode) }
    }

    func activities(_ filter: ActivityFilter) async throws -> [Activity] {
        try await recoded {
            flaws.whole.activities(try await base.activities(flaws.whole.activityFilter(filter)))
        }
    }

    func events(of subject: EventSubject, _ page: Page<Event>) async throws -> [Event] {
        try await recoded {
            flaws.whole.events(try await base.events(of: subject, flaws.whole.eventPage(page)))
        }
    }

    func browse(_ backup: ResourceID<Backup>, path: String) async throws -> [BrowseItem] {
        try await recoded { flaws.whole.items(try await base.browse(backup, path: path)) }
    }

    func browse(agent: ResourceID<Agent>, path: String) async throws -> [BrowseItem] {
        try await recoded { flaws.whole.hostItems(try await base.browse(agent: agent, path: path)) }
    }
}
