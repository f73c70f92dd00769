import BackupAPI
import Foundation
import HostSystem

extension LocalBackupService {
    /// Removes what runs that are over, or were never written down, and calls of hosts that died have left in the spool.
    func sweepSpools() async throws {
        // Whoever makes a spool now has the lock, and the next service sweeps.
        guard let sweeping = try FileLock.attempt(site.folder.spoolLock, .exclusive) else { return }
        defer { sweeping.release() }
        let unfinished = Set(try await site.catalog.unfinishedRuns().map(\.id))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: site.folder.spoolFolder)) ?? []
        for name in names where !unfinished.contains(name) && name != Self.checkSpool {
            let spool = site.folder.spool(of: name)
            guard try !FileLock.isHeld(spool.lease), try !spool.isAlive() else { continue }
            spool.remove()
        }
    }
}
