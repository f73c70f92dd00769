import BackupAPI
import Glibc
import Logging

extension OwnedRun where Row == BackupRow {
    /// Ends a backup whose host has died and whose restic is gone: by what restic left, or else by doing it once more. What is
    /// in the repository already is not sent twice.
    ///
    /// A second death ends it as failed: what kills every attempt may be the backup itself.
    @concurrent
    func concludeOrRepeat(_ draft: (ResourceID<Configuration>) async throws -> ConfigurationDraft) async {
        do {
            let row = try await currentRow()
            let configuration = ResourceID<Configuration>(row.configurationID)
            guard try await isToBeRepeated(row), let draft = try? await draft(configuration) else {
                return await conclude()
            }
            try spool.beginAgain()
            site.log.notice("a backup whose host died is done again", metadata: metadata)
            await perform(draft, id: configuration)
        } catch {
            // What stands in the way of a second attempt is said by the end of the first.
            await conclude()
        }
    }

    private func isToBeRepeated(_ row: BackupRow) async throws -> Bool {
        guard row.activityState != .stopRequested, !spool.isRepeated, spool.recordedExitCode() == nil
        else { return false }
        let report = await spool.report()
        guard report.summary == nil, report.exitErrorCode == nil else { return false }
        guard hasLostItsEnd(row) else { return true }
        let tags = ResticCommand.tags(of: row)
        return try await site.tool.snapshots(tags: tags, file: spool.snapshots, activity: "backup").isEmpty
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
        for file in [output, errors, process, exitCode] where truncate(file, 0) != 0 {
            throw BackupError.file("cannot empty", file, number: errno)
        }
    }
}
