import BackupAPI
import Glibc
import Logging

extension BackupRow {
    /// A backup whose host died before its restic could end: what restic left decides, or else it is done once more, and is
    /// begun where it was not. Whoever started it finds that backup, and what is in the repository already is not sent
    /// twice.
    static func beginning(again run: BackupRun, _ row: BackupRow, of service: LocalBackupService) async throws
        -> (@Sendable () async -> Void)?
    {
        guard row.activityState != .stopRequested, run.spool.recordedExitCode() == nil else { return nil }
        let bootID = ProcessIdentity.currentBootID()
        let known = try await service.knownConfigurations()
        let id = ResourceID<BackupAPI.Configuration>(row.configurationID)
        guard let draft = try? known.draft(id) else { return nil }
        guard row.processID == nil, run.spool.recordedProcess(bootID: row.bootID) == nil else {
            return { await run.concludeOrRepeat(draft, id: id) }
        }
        guard try run.spool.withholdPermit() else {
            // A launcher has begun just now, and says at once which process it is; one of an earlier boot never will.
            guard row.bootID == bootID else { return nil }
            return { await run.adoptLauncher(bootID: bootID) }
        }
        try await run.site.catalog.update(BackupRow.self, run.id, now: run.site.now()) { $0.bootID = bootID }
        run.site.log.notice("a backup whose host died is begun again", metadata: run.metadata)
        return { await run.perform(draft, id: id) }
    }
}

extension OwnedRun where Row == BackupRow {
    /// Ends a backup whose host has died and whose restic is gone: by what restic left, or else by doing it once more.
    ///
    /// A second death of restic ends it as failed: what kills every attempt may be the backup itself.
    @concurrent
    fileprivate func concludeOrRepeat(
        _ draft: ConfigurationDraft,
        id configuration: ResourceID<Configuration>
    )
        async
    {
        do {
            guard try await isToBeRepeated() else { return await conclude() }
            try spool.beginAgain()
            let bootID = ProcessIdentity.currentBootID()
            try await site.catalog.update(BackupRow.self, id, now: site.now()) { row in
                (row.processID, row.processStart, row.bootID) = (nil, nil, bootID)
            }
            site.log.notice("a backup whose host died is done again", metadata: metadata)
            await perform(draft, id: configuration)
        } catch {
            // What stands in the way of a second attempt is said by the end of the first.
            await conclude()
        }
    }

    private func isToBeRepeated() async throws -> Bool {
        guard !spool.isRepeated else { return false }
        let report = await spool.report()
        guard report.summary == nil, report.exitErrorCode == nil else { return false }
        let tags = ResticCommand.tags(of: try await currentRow())
        return try await site.tool.snapshots(tags: tags, file: spool.snapshots, activity: "backup").isEmpty
    }
}

extension OwnedRun {
    /// So long may a launcher take to write its line.
    private static var launchTime: Duration { .seconds(10) }

    /// Follows a launcher that has not written its line yet.
    fileprivate func adoptLauncher(bootID: String) async {
        let deadline = ContinuousClock.now + Self.launchTime
        for await _ in site.bell.pulses(every: .milliseconds(10)) {
            if let process = spool.recordedProcess(bootID: bootID) { return await adopt(process) }
            if ContinuousClock.now > deadline { return await conclude() }
        }
    }
}

extension Spool {
    /// Made when the run is done once more.
    private var repetition: String { path + "/again" }

    /// Whether the run is done for the second time.
    fileprivate var isRepeated: Bool { access(repetition, F_OK) == 0 }

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
