import BackupAPI
import Glibc
import HostSystem
import Logging

extension OwnedRun {
    /// What there is to do for a run whose host died, which left a restic running or did not see its end.
    func resume(_ row: Row, again work: Work?) async throws -> Work {
        if try spool.isAlive() {
            site.log.notice("a running \(Row.kind) is adopted", metadata: metadata)
            return { [self] in
                try await follow()
                // A helper of the dead host was at work, and restic itself was never started.
                if try await !wasLaunched(), try await !isStopRequested() { try await work?() }
            }
        }
        guard try await !wasLaunched(), row.activityState != .stopRequested, let work else { return {} }
        site.log.notice("a \(Row.kind) whose host died is begun again", metadata: metadata)
        return work
    }

    /// Whether restic was ever started for the run, in this attempt.
    func wasLaunched() async throws -> Bool {
        let row = try await currentRow()
        return row.processID != nil || spool.recordedProcess(bootID: row.bootID) != nil
            || spool.end != .unknown
    }

    /// Whether restic was started, is gone, and has not left an end of its own.
    func hasLostItsEnd() async throws -> Bool {
        guard spool.end.exitCode == nil else { return false }
        return try await wasLaunched()
    }

    /// Whether nothing is left to do but to write down the end that restic has left.
    func hasItsEnd(_ row: Row) async throws -> Bool {
        if spool.end.exitCode != nil { return true }
        guard row.activityState == .stopRequested else { return false }
        return try await !hasLostItsEnd()
    }

    /// Decides on a run whose restic was killed; makes the spool ready where it is to be done once more.
    ///
    /// Where its owner has seen it die it waits a little: a signal to restic may be one to everybody, as when a service is stopped, and
    /// then the next host does it.
    func isToBeDoneAgain(after patience: Duration) async throws -> Bool {
        guard try await hasLostItsEnd(), !spool.isRepeated, try await !isStopRequested() else { return false }
        do {
            guard try await Row.isRepeatable(self) else { return false }
        } catch {
            try Task.checkCancellation()
            // What stands in the way of a second attempt is said by the end of the first.
            return false
        }
        try await Task.sleep(for: patience)
        try await noteLostLock()
        try spool.beginAgain()
        let bootID = ProcessIdentity.currentBootID()
        try await site.catalog.update(Row.self, id, now: site.now()) { row in
            (row.processID, row.processStart, row.bootID) = (nil, nil, bootID)
        }
        site.log.notice("a \(Row.kind) whose restic was killed is done again", metadata: metadata)
        return true
    }

    /// Remembers a restic that was killed, and may have left its lock in the repository. Answers whether there was one.
    @discardableResult
    func noteLostLock() async throws -> Bool {
        guard try await hasLostItsEnd(), let restic = spool.lostRestic(now: site.now()) else { return false }
        try await site.catalog.host.remember(restic, in: site.repository.name)
        return true
    }

    /// Removes the lock of a restic that was killed, or that was stopped before it knew of its own lock; where that is not
    /// possible now, whatever needs the repository next does it.
    func removeLostLock() async throws {
        guard try await noteLostLock(),
            let lock = try site.repository.lock.attempt(.shared)
        else { return }
        defer { lock.release() }
        do {
            try await site.tool.removeLostLocks(lock: lock, activity: Row.kind.rawValue)
        } catch let failure as ResticFailure {
            site.log.info("a lock is left for the next use: \(failure.diagnostics)", metadata: metadata)
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
        let file = try OwnerFile.make(repetition)
        do { try file.sync() } catch { throw BackupError.file("cannot create", repetition, error) }
        for file in [output, errors, process, number, exitCode]
        where truncate(file, 0) != 0 && errno != ENOENT {
            throw BackupError.file("cannot empty", file, .last)
        }
    }
}
