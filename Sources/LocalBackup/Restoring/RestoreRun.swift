import BackupAPI
import Foundation

/// A restore that this process owns.
typealias RestoreRun = OwnedRun<RestoreRow>

extension OwnedRun where Row == RestoreRow {
    /// Restores, and returns when the final state is in the catalog. Cancellation leaves restic running.
    @concurrent
    func perform() async {
        await own {
            guard let lock = try await lockRepository(.shared) else { return }
            // Held until restic has ended: a cleanup of this service waits for it.
            defer { lock.release() }
            try await begin(.preparing)
            guard let ready = try await unlessStopped(prepare) else { return }
            let row = try await currentRow()
            guard row.activityState != .stopRequested else { return }
            let process = try await launch(
                ready.program,
                ResticCommand.restore(
                    ready.snapshot.id,
                    to: row.stagingPath ?? row.target,
                    inclusions: row.inclusions,
                    exclusions: row.exclusions
                ),
                version: ready.version
            )
            try await site.catalog.addProgress(
                BackupProgress(totalBytes: row.bytesPlanned),
                of: RestoreRow.self,
                id,
                now: site.now()
            )
            try await follow(process)
        }
    }

    private struct Preparation: Sendable {
        let program: String
        let version: ResticVersion
        let snapshot: ResticSnapshot
    }

    /// Finds the snapshot, lists what it has, and makes the folder that restic writes to.
    private func prepare() async throws -> Preparation {
        let (program, version) = try await site.tool.identify()
        let row = try await currentRow()
        let backup = try await site.catalog.row(BackupRow.self, id: row.backupID)
        let snapshot = try await site.tool.snapshot(of: backup, file: spool.snapshots, activity: "restore")
        try await site.tool.write(
            ResticCommand.list(
                snapshot.id,
                paths: row.inclusions.map(\.comparablePath),
                isRecursive: true
            ),
            to: spool.plan,
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
        let staging = row.overwriteFiles ? nil : Staging(path: row.placeOfStaging, destination: row.target)
        try await site.catalog.update(RestoreRow.self, id, now: site.now()) { row in
            row.bytesPlanned = totals.bytes
            row.stagingPath = staging?.path
        }
        // A restore that is done again leaves nothing of its first attempt.
        try staging?.remove()
        try staging?.create()
        return Preparation(program: program, version: version, snapshot: snapshot)
    }
}

extension RestoreRow {
    static func verdict(of run: RestoreRun) async throws -> RestoreVerdict {
        let row = try await run.currentRow()
        let report = await run.spool.report()
        var verdict = RestoreVerdict(
            run.evidence(report, wasStopRequested: row.activityState == .stopRequested)
        )
        let isThrough = verdict.state == .completed || verdict.state == .completedWithErrors
        let broken = report.fileErrors.filter { !$0.isOfMetadata }.map(\.path)
        var problems: [ErrorItem] = []
        if isThrough, let staging = row.staging {
            for path in broken { staging.discard(path) }
            problems = try await staging.moveIn(until: { try await run.isStopRequested() })
            if try await run.isStopRequested() { verdict.state = .stopped }
        }
        let failed = Set(broken)
        let plan = row.plan(in: run.spool)
        let totals = try await plan.totals { node in
            !failed.contains(node.path) && row.hasWritten(node, isThrough: isThrough)
        }
        verdict.filesRestored = totals.files
        verdict.bytesRestored = totals.bytes
        let missing = isThrough ? totals.missing.map(\.missingItem) : []
        verdict.conclude(with: missing + problems)
        return verdict
    }

    func plan(in spool: Spool) -> RestorePlan {
        RestorePlan(file: spool.plan, inclusions: inclusions, exclusions: exclusions)
    }

    /// A folder for the temporary one: the destination, or for original places the nearest folder that exists, since
    /// files can be brought to their places at once only within a file system.
    fileprivate var placeOfStaging: String {
        var folder = destinationPath ?? inclusions.first?.comparablePath ?? "/"
        if destinationPath == nil {
            while folder.count > 1, BytePath(folder).kind(followingLink: true) != .folder {
                folder = URL(filePath: folder).deletingLastPathComponent().path
            }
        }
        return (folder == "/" ? "" : folder) + "/.moonkeep-restore-\(id)"
    }

    /// Whether a file of the plan is in its place because of this restore.
    ///
    /// restic vouches for what it went through; of a restore that was broken off, the size and the time of the last
    /// change tell, which restic sets when a file is whole.
    private func hasWritten(_ node: ResticNode, isThrough: Bool) -> Bool {
        if let staging {
            guard isThrough, !staging.contains(node.path) else { return false }
        } else if isThrough {
            return true
        }
        // The name may have bytes that restic could not tell.
        if isThrough, node.path.contains("\u{fffd}") { return true }
        let place = BytePath((target == "/" ? "" : target) + node.path)
        guard let facts = place.facts(), Int64(facts.st_size) == node.size else { return false }
        let changed = Int64(facts.st_mtim.tv_sec) * 1_000_000 + Int64(facts.st_mtim.tv_nsec) / 1_000
        return changed == node.modified?.microseconds
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
