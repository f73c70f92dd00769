import BackupAPI
import Logging

extension BackupRow {
    /// A backup with a key whose host died before restic began: whoever asked for it comes back with the key and expects
    /// that backup. One without a key is `failed`, since nobody may be waiting for it any more.
    static func beginning(again run: BackupRun, _ row: BackupRow, of service: LocalBackupService) async throws
        -> (@Sendable () async -> Void)?
    {
        guard row.startKey != nil, row.processID == nil, row.activityState != .stopRequested,
            run.spool.recordedProcess(bootID: row.bootID) == nil, run.spool.recordedExitCode() == nil
        else { return nil }
        let bootID = ProcessIdentity.currentBootID()
        let known = try await service.knownConfigurations()
        let id = ResourceID<BackupAPI.Configuration>(row.configurationID)
        guard let draft = try? known.draft(id) else { return nil }
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
