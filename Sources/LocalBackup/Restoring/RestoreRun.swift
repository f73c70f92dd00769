import BackupAPI
import Foundation
import HostSystem

/// A restore that this process owns.
typealias RestoreRun = OwnedRun<RestoreRow>

extension OwnedRun where Row == RestoreRow {
    /// Restores, and returns when restic has ended. Cancellation leaves restic running.
    @concurrent
    func perform() async throws {
        guard let lock = try await lockRepository(.shared) else { return }
        // Until restic has ended a cleanup of this service waits for it.
        defer { letGo(of: [lock]) }
        try await begin(.preparing)
        guard let ready = try await unlessStopped({ try await prepare(lock) }) else { return }
        let row = try await currentRow()
        guard row.activityState != .stopRequested else { return }
        try await launch(
            ready.program,
            site.tool.flags
                + ResticCommand.restore(
                    ready.snapshot.id,
                    to: row.stagingPath ?? row.target,
                    inclusions: row.inclusions,
                    exclusions: row.exclusions
                ),
            version: ready.version,
            locks: [lock]
        )
        try await site.catalog.events.addProgress(
            BackupProgress(totalBytes: row.bytesPlanned),
            of: RestoreRow.self,
            id,
            now: site.now()
        )
        try await follow()
    }

    private struct Preparation: Sendable {
        let program: String
        let version: ResticVersion
        let snapshot: ResticSnapshot
    }

    /// Finds the snapshot, lists what it has, and makes the folder that restic writes to.
    private func prepare(_ lock: FileLock) async throws -> Preparation {
        let (program, version) = try await site.tool.identify()
        try await site.tool.removeLostLocks(lock: lock, activity: "restore")
        let row = try await currentRow()
        let backup = try await site.catalog.row(BackupRow.self, id: row.backupID)
        let snapshot = try await site.tool.list(
            backup,
            paths: row.isWhole ? [] : row.inclusions.map(\.comparablePath),
            isRecursive: true,
            to: spool.plan,
            in: spool,
            activity: "restore"
        )
        let plan = row.plan(in: spool)
        let totals = try await plan.totals()
        guard totals.missing.count < row.inclusions.count else {
            throw ResticFailure.notInBackup(totals.missing, backup: row.backupID)
        }
        if let path = row.destinationPath {
            try StateFolder.createFolder(path, permissions: 0o755)
        }
        let first = row.isWhole ? snapshot.paths?.first : row.inclusions.first?.comparablePath
        let staging = Staging(
            path: row.stagingPath ?? row.placeOfStaging(near: first ?? "/"),
            destination: row.target,
            isReplacing: row.overwriteFiles
        )
        try await site.catalog.update(RestoreRow.self, id, now: site.now()) { row in
            row.bytesPlanned = totals.bytes
            row.stagingPath = staging.path
        }
        // A restore that is done again leaves nothing of its first attempt.
        try staging.remove()
        try staging.create()
        return Preparation(program: program, version: version, snapshot: snapshot)
    }
}

extension RestoreRow: RunWork {
    static func work(of run: RestoreRun, _ row: RestoreRow) -> RestoreRun.Work? {
        { try await run.perform() }
    }

    /// Where files wait for their places; `nil` before there is one. A restore that is done again has replaced nothing yet.
    var staging: Staging? {
        stagingPath.map { Staging(path: $0, destination: target, isReplacing: overwriteFiles) }
    }

    func removeLeftovers() throws {
        try staging?.remove()
    }

    static func verdict(of run: RestoreRun) async throws -> RestoreVerdict {
        let row = try await run.currentRow()
        let report = await run.spool.report()
        var verdict = RestoreVerdict(
            run.evidence(report, wasStopRequested: row.activityState == .stopRequested)
        )
        guard verdict.isThrough, let staging = row.staging else { return verdict }
        let broken = report.fileErrors.filter { !$0.isOfMetadata }.map(\.path)
        for path in broken { staging.discard(path) }
        let problems = try await staging.moveIn(until: { try await run.isStopRequested() })
        if try await run.isStopRequested() { verdict.state = .stopped }
        let failed = Set(broken.map { Array($0.utf8) })
        // What is not in the staging folder any more is in its place because of this restore.
        var waiting = 0
        let totals = try await row.plan(in: run.spool).totals { node in
            if failed.contains(Array(node.path.utf8)) { return false }
            guard staging.contains(node.path) else { return true }
            waiting += 1
            return false
        }
        verdict.filesRestored = totals.files
        verdict.bytesRestored = totals.bytes
        verdict.filesKept = max(0, waiting - problems.files)
        verdict.conclude(with: totals.missing.map(\.missingItem) + problems.items)
        return verdict
    }

    func plan(in spool: Spool) -> RestorePlan {
        RestorePlan(file: spool.plan, inclusions: inclusions, exclusions: exclusions)
    }

    /// Whether all that the backup has is wanted.
    fileprivate var isWhole: Bool { PathTree(inclusions).rule(at: "/") != nil }

    /// A folder for the temporary one: the destination, or for original places the nearest folder that exists, since
    /// files can be brought to their places at once only within a file system.
    fileprivate func placeOfStaging(near original: String) -> String {
        var folder = destinationPath ?? original
        if destinationPath == nil {
            while folder.utf8.count > 1, BytePath(folder).kind() != .folder {
                folder = URL(filePath: folder).deletingLastPathComponent().path
            }
        }
        return (folder == "/" ? "" : folder) + "/.moonkeep-restore-\(id)"
    }
}

extension PathRule {
    fileprivate var missingItem: ErrorItem {
        ErrorItem(index: 0, path: path, type: "file_or_folder_missing", description: "is not in the backup")
    }
}

extension ResticFailure {
    fileprivate static func notInBackup(_ rules: [PathRule], backup: String) -> ResticFailure {
        let names = rules.map { "'\($0.path)'" }.joined(separator: ", ")
        return ResticFailure(
            reason: "not_in_backup",
            diagnostics: "backup '\(backup)' has nothing at \(names). Browse the backup to see what it has."
        )
    }
}
