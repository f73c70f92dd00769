import BackupAPI
import Logging

/// One backup that this process owns, from its start or from its adoption to its end.
///
/// The owner holds the spool's lease. Only the owner signals restic and writes the final state.
struct BackupRun: Sendable {
    let id: String
    let spool: Spool
    let lease: FileLock
    let site: Site

    /// What all runs of a service share.
    struct Site: Sendable {
        let settings: LocalSettings
        let folder: StateFolder
        let catalog: Catalog
        let tool: ResticTool
        let bell: Bell
        let log: Logger
        let now: @Sendable () -> Timestamp
    }

    /// Backs up, and returns when the final state is in the catalog. Cancellation leaves restic running.
    @concurrent
    func perform(_ draft: ConfigurationDraft, id configuration: ResourceID<Configuration>) async {
        await own {
            guard let ready = try await prepareUnlessStopped() else { return }
            // Held until restic has ended: prune and check of this service wait for it.
            defer { ready.lock.release() }
            let row = try await site.catalog.row(id: id)
            guard row.activityState != .stopRequested else { return }
            let process = try await launch(draft, configuration, key: row.startKey, with: ready)
            try await follow(process)
        }
    }

    /// Follows a restic whose host died to its end. Cancellation leaves restic running.
    @concurrent
    func adopt(_ process: ProcessIdentity) async {
        site.log.notice("a running backup was adopted", metadata: ["backup": "\(id)"])
        await own {
            let lock = try await FileLock.wait(site.folder.repositoryLock, .shared)
            defer { lock.release() }
            try await follow(process)
        }
    }

    /// Writes the final state of a backup whose restic is gone.
    @concurrent
    func conclude() async {
        await own {}
    }

    /// Does the work, writes the verdict and gives the lease back.
    private func own(_ work: () async throws -> Void) async {
        defer { lease.release() }
        do {
            try await finish(verdict(after: work))
        } catch {
            guard !Task.isCancelled else {
                return site.log.info("a backup goes on without its host", metadata: ["backup": "\(id)"])
            }
            // The spool stays, so that the next reader of this backup tries again.
            site.log.error("a backup's end cannot be recorded: \(error)", metadata: ["backup": "\(id)"])
        }
    }

    private func verdict(after work: () async throws -> Void) async throws -> BackupVerdict {
        do {
            try await work()
        } catch let failure as ResticFailure {
            return BackupVerdict(failure: failure)
        } catch let error as BackupError where !Task.isCancelled {
            return BackupVerdict(failure: ResticFailure(error))
        } catch let error where !Task.isCancelled {
            return BackupVerdict(
                failure: ResticFailure(BackupError(.service, "restic cannot be run: \(error)"))
            )
        }
        return try await verdict()
    }

    private func verdict() async throws -> BackupVerdict {
        let row = try await site.catalog.row(id: id)
        let settings = site.settings
        return BackupVerdict(
            BackupEvidence(
                exitCode: spool.recordedExitCode(),
                report: await spool.report(),
                wasStopRequested: row.activityState == .stopRequested,
                before: try await site.catalog.sourceSize(configuration: row.configurationID),
                place: .init(repository: settings.repository, passwordFile: settings.passwordFile)
            )
        )
    }

    private func finish(_ verdict: BackupVerdict) async throws {
        try await site.catalog.finish(id, verdict, now: site.now())
        site.bell.ring()
        spool.remove()
        site.log.info(
            "a backup ended",
            metadata: ["backup": "\(id)", "state": "\(verdict.state)", "reason": "\(verdict.reason)"]
        )
    }
}
