import BackupAPI

extension OwnedRun where Row == BackupRow {
    /// The verdict on a backup of which neither an exit code nor a summary is left: whether its snapshot is in the
    /// repository decides. restic writes that last, so that it is whole where it is there.
    func verdict(onLostEnd row: BackupRow, _ evidence: BackupEvidence) async throws -> BackupVerdict {
        var evidence = evidence
        do {
            if let search = try await unlessStopped({ try await snapshot(of: row) }) {
                guard let found = search else { return BackupVerdict(evidence) }
                // The launcher writes its line before restic writes anything: where it is gone, so is what restic said. And
                // what it said just before the power went may not have got to the disk.
                let isReportWhole =
                    spool.recordedProcess(bootID: row.bootID) != nil
                    && ProcessIdentity.isOfThisBoot(row.bootID)
                return BackupVerdict(evidence, found: found, isReportWhole: isReportWhole)
            }
            evidence.wasStopRequested = true
            return BackupVerdict(evidence)
        } catch let failure as ResticFailure {
            return BackupVerdict(evidence, unseenFor: failure)
        } catch let error as BackupError where !Task.isCancelled {
            return BackupVerdict(evidence, unseenFor: ResticFailure(error))
        }
    }

    /// The snapshot that has the backup's tags, in the words of a summary; `nil` when there is none.
    private func snapshot(of row: BackupRow) async throws -> ResticSummary? {
        let activity = Row.kind.rawValue
        let found = try await site.tool.snapshots(tags: row.tags, in: spool, activity: activity)
        guard let snapshot = found.first else { return nil }
        let list = ResticCommand.list(snapshot.id, paths: [], isRecursive: true)
        try await site.tool.write(list, to: spool.plan, in: spool, activity: activity)
        let everything = PathRule(type: .folder, path: "/")
        let totals = try await RestorePlan(file: spool.plan, inclusions: [everything], exclusions: [])
            .totals()
        var summary = ResticSummary()
        summary.filesProcessed = totals.files
        summary.bytesProcessed = totals.bytes
        summary.snapshotID = snapshot.id
        return summary
    }
}

extension BackupVerdict {
    /// Decides by a snapshot that was found. Of the figures only those of the snapshot itself are known.
    ///
    /// Where what restic said is lost, files that it could not read are not known either: a warning says so.
    fileprivate init(_ evidence: BackupEvidence, found summary: ResticSummary, isReportWhole: Bool) {
        var evidence = evidence
        evidence.report.add(.summary(summary))
        evidence.exitCode = 0
        self.init(evidence)
        exitCode = nil
        guard !isReportWhole else { return }
        let known = diagnostics.isEmpty ? "" : " \(diagnostics)"
        state = .completedWithErrors
        errorCount = max(1, errorCount)
        reason = "end_not_seen"
        diagnostics =
            "restic made the snapshot, and what it said of it is lost: files that it could not read are not known. "
            + "Look at the backup's files, or start the backup again.\(known)"
    }

    /// Decides without the repository, which cannot be looked at.
    fileprivate init(_ evidence: BackupEvidence, unseenFor failure: ResticFailure) {
        self.init(evidence)
        diagnostics += " Whether there is a snapshot could not be seen: \(failure.diagnostics)"
    }
}
