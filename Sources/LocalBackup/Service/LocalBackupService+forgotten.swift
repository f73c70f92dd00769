import BackupAPI
import Foundation
import HostSystem
import Logging

extension LocalBackupService {
    /// Notices snapshots of a repository on this machine that somebody has removed with restic: their backups cannot be
    /// restored any more. A look at the names of its files tells whether restic has to be asked.
    func noticeForgottenSnapshots() async throws {
        guard let folder = RepositoryAddress(site.settings.repository).folder,
            BytePath(folder + "/config").kind(followingLink: true) == .file,
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder + "/snapshots")
        else { return }
        let known = names.sorted()
        let missing = try await site.catalog.restorableBackups().filter { row in
            !known.hasName(beginning: row.resticSnapshot ?? "")
        }
        guard !missing.isEmpty, looked(at: known, missing: missing.map(\.id)) else { return }
        guard let lock = try RepositoryLock(folder: site.folder).attempt(.shared) else { return }
        defer { lock.release() }
        let spool = site.folder.spool(of: "look-" + Self.randomID())
        let lease = try await lease(of: spool)
        defer {
            spool.remove()
            lease.release()
        }
        do {
            let all = try await site.tool.snapshots(in: spool, activity: "look at the snapshots")
            // One whose tags were changed has another id, and is there.
            let gone = missing.filter { row in
                let tags = Set(ResticCommand.tags(of: row))
                return !all.contains {
                    tags.isSubset(of: $0.tags ?? []) || $0.isMeant(by: row.resticSnapshot ?? "")
                }
            }
            try await site.catalog.markForgotten(gone.map(\.id), now: site.now())
        } catch let failure as ResticFailure {
            site.log.warning("whether snapshots are gone cannot be seen: \(failure.diagnostics)")
        }
    }
}

extension [String] {
    /// Whether one of these sorted names begins with a text.
    fileprivate func hasName(beginning text: String) -> Bool {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < text { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low].hasPrefix(text)
    }
}
