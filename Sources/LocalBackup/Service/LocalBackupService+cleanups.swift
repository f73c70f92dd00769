public import BackupAPI

extension LocalBackupService {
    /// Starts a cleanup of the repository; see `BackupService`. Throws `unknown_configuration`.
    ///
    /// Of each configuration that is not deleted and says how long its backups stay, restic forgets the snapshots of this agent
    /// that its policy does not keep, but never that of its newest completed backup, nor one that a restore waits for, and none
    /// at all where the policy would keep nothing: then the cleanup is `completed_with_errors`. A retention of some days keeps what
    /// is no older than the newest snapshot by more than that (`--keep-within`). Then it removes the data that no snapshot needs.
    /// What other agents have made stays, and what this one has made for configurations that are not here any more:
    /// `errors.diagnostics` names those. It waits, `queued`, until no backup and no restore uses the repository. Of several
    /// repositories each has a cleanup of its own; that of the first is returned, and `cleanups` has the others.
    public func startCleanup(
        _ agent: ResourceID<Agent>,
        of configurations: [ResourceID<Configuration>],
        key: String?
    ) async throws -> Cleanup {
        try checkAgent(agent)
        if let key, let first = try await site.catalog.row(CleanupRow.self, key: key) {
            return first.resource(agent: agent)
        }
        let chosen = try await site.configurations.known().existing(configurations)
        let now = site.now()
        let named =
            try configurations.isEmpty
            ? site.repositories.all : site.repositories.meant(by: chosen.map(\.draft.options.repository))
        // The first one last: where it is there, so are the others.
        for repository in named.dropFirst() {
            let own = key.map { "\($0)/\(repository.name)" }
            _ = try await beginCleanup(of: configurations, key: own, in: repository.name, now)
        }
        let first = named.first ?? site.repositories.main
        return try await beginCleanup(of: configurations, key: key, in: first.name, now).resource(
            agent: agent
        )
    }

    private func beginCleanup(
        of configurations: [ResourceID<Configuration>],
        key: String?,
        in repository: String,
        _ now: Timestamp
    ) async throws -> CleanupRow {
        try await keeper.begin(key: key) { id, bootID in
            CleanupRow(
                id: id,
                key: key,
                repository: repository,
                of: configurations,
                createdTime: now,
                bootID: bootID
            )
        } _: { run in
            try await run.perform()
        }
    }

    /// What a cleanup of these configurations would do now, or of all for none; nothing is changed.
    ///
    /// Throws `unknown_configuration`, and what restic says.
    public func cleanupPlans(of configurations: [ResourceID<Configuration>] = []) async throws
        -> [CleanupPlan]
    {
        try await lookAround()
        let chosen = try await site.configurations.known().existing(configurations)
        var plans: [CleanupPlan] = []
        for repository in site.repositories.all {
            let site = site.at(repository)
            // Where a configuration has no snapshots and sends none there is nothing to say of it.
            let sent = try chosen.filter {
                try site.repositories.named($0.draft.options.repository).name == repository.name
            }
            let ids = Set(sent.map(\.id))
            plans += try await reading("plan", in: site) { spool in
                let all = try await site.tool.snapshots(in: spool, activity: "cleanup")
                return try await CleanupPlanner(site: site, spool: spool).plans(
                    of: configurations,
                    among: all
                )
            }
            .filter { ids.contains($0.configuration) || !$0.snapshots.isEmpty }
        }
        return plans
    }

    /// One cleanup's record as of now. Throws `unknown_cleanup`.
    public func cleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup {
        try await keeper.reconcile()
        return try await site.catalog.row(CleanupRow.self, id: id.rawValue).resource(agent: agent)
    }

    /// The cleanups of a page, newest first unless it says otherwise.
    public func cleanups(_ page: Page<Cleanup>) async throws -> [Cleanup] {
        try await keeper.reconcile()
        return try await site.catalog.rows(CleanupRow.self, page).map { $0.resource(agent: agent) }
    }

    /// Asks for a stop; see `BackupService`. What was forgotten until then stays so.
    public func stopCleanup(_ id: ResourceID<Cleanup>) async throws -> Cleanup {
        try await keeper.requestStop(CleanupRow.self, id.rawValue).resource(agent: agent)
    }

    /// What went wrong in a cleanup; restic names no files here. Throws `unknown_cleanup`.
    public func errors(ofCleanup id: ResourceID<Cleanup>) async throws -> ErrorList {
        var list = try await errorList(CleanupRow.self, id.rawValue)
        list.diagnostics = try await site.catalog.row(CleanupRow.self, id: id.rawValue).diagnostics
        return list
    }

    func checkAgent(_ id: ResourceID<Agent>) throws {
        guard id == agent else { throw BackupError.unknownAgent(id.rawValue) }
    }
}
