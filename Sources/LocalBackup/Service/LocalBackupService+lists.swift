public import BackupAPI

extension LocalBackupService {
    /// Backups, restores and cleanups together; see `BackupService`. Another agent than this host has none.
    public func activities(_ filter: ActivityFilter) async throws -> [Activity] {
        try await reconcile()
        guard filter.agent == nil || filter.agent == agent else { return [] }
        return try await site.catalog.activities(
            configuration: filter.configuration,
            filter.page,
            agent: agent
        )
    }

    /// The events of a subject (contract 3.4); they expire after a day.
    ///
    /// Of a run's progress there is an event a second, and the last hundred are kept.
    public func events(of subject: EventSubject, _ page: Page<Event>) async throws -> [Event] {
        try await reconcile()
        switch subject {
        case .agent(let id): try checkAgent(id)
        case .configuration(let id): _ = try await configuration(id)
        default: break
        }
        return try await site.catalog.events(of: subject, page, agent: agent)
    }

    /// What is wrong with the catalog's file; empty when it is sound.
    package func catalogProblems() async throws -> [String] {
        try await site.catalog.integrityProblems()
    }
}
