import BackupAPI

/// A backup that this process owns.
typealias BackupRun = OwnedRun<BackupRow>

extension OwnedRun where Row == BackupRow {
    /// Backs up, and returns when the final state is in the catalog. Cancellation leaves restic running.
    @concurrent
    func perform(_ draft: ConfigurationDraft, id configuration: ResourceID<Configuration>) async {
        await own {
            let repository = site.settings.repository
            let isNew = try await !site.catalog.knowsRepository(repository)
            guard var lock = try await lockRepository(isNew ? .exclusive : .shared) else { return }
            // Held until restic has ended: a cleanup of this service waits for it.
            defer { lock.release() }
            try await begin(.preparing)
            guard let ready = try await unlessStopped({ try await prepare(isNew: isNew) }) else { return }
            if isNew {
                lock.release()
                let shared = try await unlessStopped {
                    try await RepositoryLock(folder: site.folder).wait(.shared)
                }
                guard let shared else { return }
                lock = shared
            }
            let row = try await currentRow()
            guard row.activityState != .stopRequested else { return }
            let arguments = ResticCommand.backup(
                draft,
                id: configuration,
                run: row.startKey ?? id,
                settings: site.settings
            )
            try await follow(launch(ready.program, arguments, version: ready.version))
        }
    }

    private struct Preparation: Sendable {
        let program: String
        let version: ResticVersion
    }

    /// A repository that was here before and is gone is not made anew: its disk may just not be mounted.
    private func prepare(isNew: Bool) async throws -> Preparation {
        let (program, version) = try await site.tool.identify()
        if isNew {
            try await site.tool.openOrCreateRepository()
            try await site.catalog.rememberRepository(site.settings.repository, now: site.now())
        }
        return Preparation(program: program, version: version)
    }
}

extension BackupRow {
    static func verdict(of run: BackupRun) async throws -> BackupVerdict {
        let row = try await run.currentRow()
        let evidence = run.evidence(
            await run.spool.report(),
            wasStopRequested: row.activityState == .stopRequested,
            before: try await run.site.catalog.sourceSize(configuration: row.configurationID)
        )
        let saysItsEnd = evidence.report.summary != nil || evidence.report.exitErrorCode != nil
        guard !saysItsEnd, run.hasLostItsEnd(row) else { return BackupVerdict(evidence) }
        return try await run.verdict(onLostEnd: row, evidence)
    }
}
