import BackupAPI
import Foundation
import HostSystem
import Logging

/// Notices snapshots of a repository on this machine that somebody has removed with restic: their backups cannot be restored any
/// more. A look at the names of its files tells whether restic has to be asked.
actor ForgottenSnapshots {
    private let site: RunSite
    /// The names and the catalog at the last look.
    private var seen: (names: [String], version: CatalogMemory.Version)?
    /// The names when restic was last asked, and the backups that it was asked about.
    private var asked: (names: [String], missing: [String])?

    init(_ site: RunSite) {
        self.site = site
    }

    func notice() async throws {
        guard let folder = site.repository.address.folder,
            BytePath(folder + "/config").kind(followingLink: true) == .file,
            let found = try? FileManager.default.contentsOfDirectory(atPath: folder + "/snapshots")
        else { return }
        let names = found.sorted()
        let version = site.catalog.memory.version()
        if let seen, let version, seen == (names, version) { return }
        let missing = try await site.restorableBackups().filter { row in
            !names.hasName(beginning: row.resticSnapshot ?? "")
        }
        let ids = missing.map(\.id)
        guard !missing.isEmpty, asked.map({ $0 != (names, ids) }) ?? true else {
            seen = version.map { (names, $0) }
            return
        }
        asked = (names, ids)
        guard let lock = try site.repository.lock.attempt(.shared) else { return }
        defer { lock.release() }
        try await site.folder.withSpool("look-" + LocalBackupService.randomID()) { spool in
            do {
                let all = try await site.tool.snapshots(in: spool, activity: "look at the snapshots")
                // One whose tags were changed has another id, and is there.
                let gone = missing.filter { $0.snapshots(among: all).isEmpty }
                try await site.catalog.markForgotten(gone.map(\.id), now: site.now())
            } catch let failure as ResticFailure {
                site.log.warning("whether snapshots are gone cannot be seen: \(failure.diagnostics)")
            }
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
