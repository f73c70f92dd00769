import BackupAPI
import HostSystem
import Logging

/// One backup, restore or cleanup that this process owns, from its start or from its adoption to its end.
///
/// The owner holds the spool's lease. Only the owner signals restic and writes the final state.
struct OwnedRun<Row: RunWork>: Sendable {
    /// The whole work of a run, from waiting for its turn to the end of its restic.
    typealias Work = @Sendable () async throws -> Void

    let id: String
    let spool: Spool
    let lease: FileLock
    let site: RunSite

    /// Does the work, writes the verdict and gives the lease back. Cancellation leaves restic running.
    ///
    /// Where restic was killed by a signal that is not from here, the work is done once more with `again`. A second death
    /// ends the run: what kills every attempt may be the run itself.
    @concurrent
    func own(_ work: Work, again: Work?) async {
        defer { lease.release() }
        do {
            try await finish(verdict(after: work, again: again))
        } catch {
            guard !Task.isCancelled else {
                return site.log.info("a \(Row.kind) goes on without its host", metadata: metadata)
            }
            // The spool stays, so that the next reader of this run tries again.
            site.log.error("a \(Row.kind)'s end cannot be recorded: \(error)", metadata: metadata)
        }
    }

    /// The row as it is now.
    func currentRow() async throws -> Row {
        try await site.catalog.row(Row.self, id: id)
    }

    var metadata: Logger.Metadata { ["\(Row.kind)": "\(id)"] }

    private func verdict(after work: Work, again: Work?) async throws -> Row.Verdict {
        do {
            let wasGone = try await hasLostItsEnd() && !spool.isAlive()
            try await work()
            if let again, try await isToBeDoneAgain(after: wasGone ? .zero : site.settings.killPatience) {
                try await again()
            }
        } catch let failure as ResticFailure {
            return Row.Verdict(failure: failure)
        } catch let error as BackupError where !Task.isCancelled {
            return Row.Verdict(failure: ResticFailure(error))
        } catch let error where !Task.isCancelled {
            return Row.Verdict(
                failure: ResticFailure(BackupError(.service, "restic cannot be run: \(error)"))
            )
        }
        return try await Row.verdict(of: self)
    }

    private func finish(_ verdict: Row.Verdict) async throws {
        try await removeLostLock()
        // Whoever sees the end finds no temporary folder any more. The spool is what the end is known from: it goes last.
        removeFolders(of: try await currentRow())
        let row = try await site.catalog.finish(Row.self, id, verdict, now: site.now())
        site.bell.ring()
        spool.remove()
        site.log.info(
            "a \(Row.kind) ended",
            metadata: metadata.merging(["state": "\(row.state)", "reason": "\(row.errorReason)"]) { $1 }
        )
    }

    /// Removes what a run that is over does not need any more.
    func removeLeftovers(of row: Row) {
        removeFolders(of: row)
        spool.remove()
    }

    private func removeFolders(of row: Row) {
        do {
            try row.removeLeftovers()
        } catch {
            site.log.warning("a \(Row.kind) leaves files behind: \(error)", metadata: metadata)
        }
    }
}
