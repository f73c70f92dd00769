import BackupAPI
import Foundation
import HostSystem
import Logging

/// The runs that this process owns.
///
/// restic runs beside the process, not inside it: when that dies, restic goes on, and the next keeper adopts it.
actor RunKeeper {
    private let site: RunSite
    private let makeID: @Sendable () -> String
    private var runs: [String: Task<Void, Never>] = [:]
    private var isShutDown = false

    init(_ site: RunSite, makeID: @escaping @Sendable () -> String) {
        (self.site, self.makeID) = (site, makeID)
    }

    /// Stops following what this service runs, and returns when nothing of it works any more.
    ///
    /// Each restic goes on; the next service on the same state folder adopts it, and begins what has not got so far.
    /// What can be read can still be read afterwards; a start throws `service`.
    func shutdown() async {
        isShutDown = true
        let leaving = Array(runs.values)
        for run in leaving { run.cancel() }
        for run in leaving { await run.value }
    }

    /// Adds a run and begins it, unless one was started with its key: then answers that one.
    func begin<Row: RunWork>(
        key: String?,
        _ makeRow: (_ id: String, _ bootID: String) -> Row,
        _ perform: @escaping @Sendable (OwnedRun<Row>) async throws -> Void
    ) async throws -> Row {
        guard !isShutDown else {
            throw BackupError(.service, "the service is shut down and starts no \(Row.kind)s")
        }
        let id = makeID()
        let spool = site.folder.spool(of: id)
        let lease = try await site.folder.lease(of: spool)
        var isNew = false
        defer { if !isNew { spool.remove() } }
        let row: Row
        (row, isNew) = try await site.catalog.insert(makeRow(id, ProcessIdentity.currentBootID()))
        guard isNew else { return row }
        let run = OwnedRun<Row>(id: id, spool: spool, lease: lease, site: try site.at(row.repository))
        let work = { @Sendable in try await perform(run) }
        keep(id) { await run.own(work, again: work) }
        return row
    }

    /// Asks for a stop. The process that owns the run sees the request within 0.1 seconds.
    func requestStop<Row: RunRow>(_ type: Row.Type, _ id: String) async throws -> Row {
        try await reconcile()
        let before = try await site.catalog.row(Row.self, id: id)
        guard !before.activityState.isFinal else {
            throw Row.alreadyFinal(id, state: before.activityState)
        }
        let row = try await site.catalog.update(Row.self, id, to: .stopRequested, now: site.now())
        guard !row.activityState.isFinal else { throw Row.alreadyFinal(id, state: row.activityState) }
        site.bell.ring()
        return row
    }

    /// Finds the runs that are not over and that no living process owns, and finishes or adopts them.
    func reconcile() async throws {
        guard !isShutDown else { return }
        for run in try await site.catalog.unfinishedRuns() where runs[run.id] == nil {
            do {
                switch run.kind {
                case .backup: try await takeOver(BackupRow.self, run.id)
                case .restore: try await takeOver(RestoreRow.self, run.id)
                case .cleanup: try await takeOver(CleanupRow.self, run.id)
                }
            } catch let error as BackupError {
                site.log.error(
                    "a \(run.kind) cannot be looked after: \(error)",
                    metadata: ["\(run.kind)": "\(run.id)"]
                )
            }
        }
    }

    private func takeOver<Row: RunWork>(_ type: Row.Type, _ id: String) async throws {
        let spool = site.folder.spool(of: id)
        // Asked first, because an attempt to take the lock wakes those who wait for its end.
        guard try !FileLock.isHeld(spool.lease) else { return }
        try spool.create()
        guard let lease = try FileLock.attempt(spool.lease, .exclusive) else { return }
        // Its owner may have finished it between the look at the catalog and the lease.
        let row = try await site.catalog.row(Row.self, id: id)
        let place = Result { try site.at(row.repository) }
        let run = OwnedRun<Row>(id: id, spool: spool, lease: lease, site: (try? place.get()) ?? site)
        guard !isShutDown, !row.activityState.isFinal else {
            if row.activityState.isFinal { run.removeLeftovers(of: row) }
            return lease.release()
        }
        // A repository that is not named any more: what runs is followed, and nothing is begun.
        let again = try await Row.work(of: run, row).map { work in
            { @Sendable in
                _ = try place.get()
                try await work()
            }
        }
        let work = try await run.resume(row, again: again)
        if Row.concludesAtOnce, try !spool.isAlive(), try await run.hasItsEnd(row) {
            return await run.own({}, again: nil)
        }
        keep(id) { await run.own(work, again: again) }
    }

    /// Removes what runs that are over, or were never written down, and calls of hosts that died have left in the spool.
    func sweepSpools() async throws {
        // Whoever makes a spool now has the lock, and the next service sweeps.
        guard let sweeping = try FileLock.attempt(site.folder.spoolLock, .exclusive) else { return }
        defer { sweeping.release() }
        let unfinished = Set(try await site.catalog.unfinishedRuns().map(\.id))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: site.folder.spoolFolder)) ?? []
        for name in names where !unfinished.contains(name) && !StateFolder.isCheckSpool(name) {
            let spool = site.folder.spool(of: name)
            guard try !FileLock.isHeld(spool.lease), try !spool.isAlive() else { continue }
            spool.remove()
        }
    }

    private func keep(_ id: String, _ work: @escaping @Sendable () async -> Void) {
        runs[id] = Task {
            await work()
            runs[id] = nil
        }
    }
}
