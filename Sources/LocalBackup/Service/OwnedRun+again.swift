import BackupAPI
import Glibc
import Logging

extension OwnedRun {
    /// Follows a restic whose host died to its end. Cancellation leaves restic running.
    ///
    /// Where restic dies too, with its host or later, the run is done once more.
    @concurrent
    func adopt(_ process: ProcessIdentity, again work: (@Sendable () async -> Void)?) async {
        site.log.notice("a running \(Row.kind) was adopted", metadata: metadata)
        let end: Result<Void, any Error>
        do {
            let lock = try RepositoryLock(folder: site.folder).join(Row.lockMode)
            defer { lock?.release() }
            end = .success(try await follow(process))
        } catch {
            end = .failure(error)
        }
        guard case .success = end, let work, spool.recordedExitCode() == nil else {
            return await own { try end.get() }
        }
        await concludeOrRepeat(work)
    }

    /// What there is to do for a run whose host died before its restic could end: what restic left decides, or else it is done
    /// once more, and is begun where it was not. Whoever started it finds that run. `nil` where it has ended.
    func beginning(again row: Row, of service: LocalBackupService) async throws -> (
        @Sendable () async -> Void
    )? {
        guard row.activityState != .stopRequested, spool.recordedExitCode() == nil else { return nil }
        let bootID = ProcessIdentity.currentBootID()
        guard let work = try await Row.work(of: self, row, service) else { return nil }
        guard row.processID == nil, spool.recordedProcess(bootID: row.bootID) == nil else {
            return { await concludeOrRepeat(work) }
        }
        guard try spool.withholdPermit() else {
            // A launcher has begun just now, and says at once which process it is; one of an earlier boot never will.
            guard row.bootID == bootID else { return nil }
            return { await adoptLauncher(bootID: bootID, again: work) }
        }
        try await site.catalog.update(Row.self, id, now: site.now()) { $0.bootID = bootID }
        site.log.notice("a \(Row.kind) whose host died is begun again", metadata: metadata)
        return work
    }

    /// Ends a run whose host has died and whose restic is gone: by what restic left, or else by doing it once more.
    ///
    /// A second death of restic ends it as failed: what kills every attempt may be the run itself.
    @concurrent
    private func concludeOrRepeat(_ work: @Sendable () async -> Void) async {
        do {
            guard !spool.isRepeated, try await !isStopRequested(), try await Row.isRepeatable(self) else {
                return await conclude()
            }
            try spool.beginAgain()
            let bootID = ProcessIdentity.currentBootID()
            try await site.catalog.update(Row.self, id, now: site.now()) { row in
                (row.processID, row.processStart, row.bootID) = (nil, nil, bootID)
            }
            site.log.notice("a \(Row.kind) whose host died is done again", metadata: metadata)
            await work()
        } catch {
            // What stands in the way of a second attempt is said by the end of the first.
            await conclude()
        }
    }
}

extension BackupRow {
    static func work(of run: BackupRun, _ row: BackupRow, _ service: LocalBackupService) async throws
        -> (@Sendable () async -> Void)?
    {
        let id = ResourceID<BackupAPI.Configuration>(row.configurationID)
        guard let draft = try? await service.knownConfigurations().draft(id) else { return nil }
        return { await run.perform(draft, id: id) }
    }

    /// What is in the repository already is not sent twice.
    static func isRepeatable(_ run: BackupRun) async throws -> Bool {
        let report = await run.spool.report()
        guard report.summary == nil, report.exitErrorCode == nil else { return false }
        let tags = ResticCommand.tags(of: try await run.currentRow())
        return try await run.site.tool.snapshots(tags: tags, file: run.spool.snapshots, activity: "backup")
            .isEmpty
    }
}

extension RestoreRow {
    static func work(of run: RestoreRun, _ row: RestoreRow, _ service: LocalBackupService)
        -> (@Sendable () async -> Void)?
    {
        { await run.perform() }
    }

    /// Files that wait for their places have replaced nothing yet. Others may have been changed since they were written.
    static func isRepeatable(_ run: RestoreRun) async throws -> Bool {
        try await !run.currentRow().overwriteFiles
    }
}

extension CleanupRow {
    static func work(of run: CleanupRun, _ row: CleanupRow, _ service: LocalBackupService) async throws
        -> (@Sendable () async -> Void)?
    {
        let retentions = try await service.knownConfigurations().retentions
        return { await run.perform(retentions) }
    }

    /// What is forgotten is not there to be forgotten again.
    static func isRepeatable(_ run: CleanupRun) async throws -> Bool {
        try await run.removeLock()
        return true
    }
}

extension OwnedRun {
    /// So long may a launcher take to write its line.
    private static var launchTime: Duration { .seconds(10) }

    /// Follows a launcher that has not written its line yet.
    private func adoptLauncher(bootID: String, again work: @escaping @Sendable () async -> Void) async {
        let deadline = ContinuousClock.now + Self.launchTime
        for await _ in site.bell.pulses(every: .milliseconds(10)) {
            if let process = spool.recordedProcess(bootID: bootID) {
                return await adopt(process, again: work)
            }
            if ContinuousClock.now > deadline { return await conclude() }
        }
    }
}

extension Spool {
    /// Made when the run is done once more.
    private var repetition: String { path + "/again" }

    /// Whether the run is done for the second time.
    var isRepeated: Bool { access(repetition, F_OK) == 0 }

    /// Notes that the run is done once more, and forgets what the first attempt has said.
    fileprivate func beginAgain() throws {
        let descriptor = open(repetition, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0, fsync(descriptor) == 0, close(descriptor) == 0 else {
            throw BackupError.file("cannot create", repetition, number: errno)
        }
        try forgetPermits()
        for file in [output, errors, process, exitCode] where truncate(file, 0) != 0 {
            throw BackupError.file("cannot empty", file, number: errno)
        }
    }
}
