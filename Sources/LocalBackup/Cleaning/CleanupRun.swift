import BackupAPI
import Logging

/// A cleanup that this process owns.
typealias CleanupRun = OwnedRun<CleanupRow>

extension OwnedRun where Row == CleanupRow {
    /// Cleans up, and returns when the final state is in the catalog. Cancellation leaves restic running.
    @concurrent
    func perform(_ retentions: [(id: ResourceID<Configuration>, days: Int)]) async {
        await own {
            guard let lock = try await lockRepository(.exclusive) else { return }
            // Held until restic has ended: nothing else of this service uses the repository meanwhile.
            defer { lock.release() }
            try await begin(.inProgress)
            guard let ready = try await unlessStopped(prepare) else { return }
            guard try await !isStopRequested() else { return }
            // A shell between the two: forgetting is one command for each retention.
            let process = try await launch(
                "/bin/sh",
                ResticCommand.cleanup(ready.program, retentions: retentions),
                version: ready.version
            )
            try await follow(process)
        }
    }

    private struct Preparation: Sendable {
        let program: String
        let version: ResticVersion
    }

    /// Notes what there is before; of a cleanup that is done again, before the first attempt.
    private func prepare() async throws -> Preparation {
        let (program, version) = try await site.tool.identify()
        if !spool.isRepeated {
            _ = try await site.tool.snapshots(file: spool.snapshots, activity: "cleanup")
        }
        // Nothing of this service runs restic now; a lock of one that was killed would refuse the cleanup.
        try await site.tool.removeStaleLocks(activity: "cleanup")
        if !spool.isRepeated {
            let size = try await site.tool.repositorySize(activity: "cleanup")
            try await site.catalog.update(CleanupRow.self, id, now: site.now()) { $0.bytesBefore = size }
        }
        return Preparation(program: program, version: version)
    }

    /// Removes the lock of a restic that was killed: it would refuse everything else that uses the repository.
    func removeLock() async throws {
        if let process = try await currentRow().process { await waitForLeftovers(of: process) }
        do {
            try await site.tool.removeStaleLocks(activity: "cleanup")
        } catch let failure as ResticFailure {
            site.log.warning(
                "a cleanup's lock cannot be removed: \(failure.diagnostics)",
                metadata: ["cleanup": "\(id)"]
            )
        }
    }

    /// Waits, for some seconds at most, until the system has cleared away what was killed: restic takes the lock of a process
    /// that has a number still for that of a living one.
    private func waitForLeftovers(of process: ProcessIdentity) async {
        let deadline = ContinuousClock.now + .seconds(10)
        for await _ in site.bell.pulses(every: .milliseconds(20)) {
            if !process.hasGroup || ContinuousClock.now > deadline { return }
        }
    }

    /// Notes what there is afterwards, whatever the end was; what cannot be found out is left out, and logged.
    fileprivate func examine(_ verdict: inout CleanupVerdict) async throws {
        do {
            let before = try ResticTool.snapshots(in: spool.snapshots)
            let after = try await site.tool.snapshots(file: spool.plan, activity: "cleanup")
            verdict.removed = before.filter { !after.contains($0) }
            verdict.bytesAfter = try await site.tool.repositorySize(activity: "cleanup")
        } catch {
            try Task.checkCancellation()
            site.log.warning("a cleanup's effect cannot be seen: \(error)", metadata: ["cleanup": "\(id)"])
        }
    }
}

extension CleanupRow {
    static func verdict(of run: CleanupRun) async throws -> CleanupVerdict {
        let wasStopRequested = try await run.isStopRequested()
        var verdict = CleanupVerdict(
            run.evidence(await run.spool.report(), wasStopRequested: wasStopRequested)
        )
        // Without an exit code restic may have been killed halfway, or may never have been started.
        let row = try await run.currentRow()
        if row.processID != nil || run.spool.recordedExitCode() != nil {
            if run.hasLostItsEnd(row) { try await run.removeLock() }
            try await run.examine(&verdict)
        }
        return verdict
    }
}
