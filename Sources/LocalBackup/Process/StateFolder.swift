import BackupAPI
import Foundation
import HostSystem

/// The places in the state folder.
package struct StateFolder: Sendable {
    let path: String

    var catalog: String { path + "/catalog.sqlite" }
    var catalogLock: String { path + "/catalog.lock" }
    func lock(of repository: String) -> String { path + "/repository\(Self.suffix(repository)).lock" }
    /// Held by the one whose turn it is to wait for the repository's lock.
    func turnstile(of repository: String) -> String { path + "/repository\(Self.suffix(repository)).turn" }

    /// Held by whoever makes a spool or sweeps them.
    var spoolLock: String { path + "/spool.lock" }

    /// Held by the service that follows a check.
    func checkLease(of repository: String) -> String { path + "/check\(Self.suffix(repository)).lock" }

    /// Held by one of the backups that run at one time, and by its restic.
    func slot(_ place: Int) -> String { path + "/slots/\(place)" }

    /// The spool of checks. The id of no run begins so.
    func checkSpool(of repository: String) -> Spool {
        spool(of: Self.checkSpoolName + Self.suffix(repository))
    }

    static func isCheckSpool(_ name: String) -> Bool { name.hasPrefix(checkSpoolName) }

    private static let checkSpoolName = "check"

    /// What tells the files of a repository from those of another; the files of the only one are older than names.
    private static func suffix(_ repository: String) -> String {
        repository == RepositorySettings.mainName ? "" : "-" + repository
    }

    var spoolFolder: String { path + "/spool" }

    func spool(of run: String) -> Spool { Spool(path: spoolFolder + "/" + run) }

    /// Creates what is missing. Refuses a network file system, where SQLite's and our own locks do not hold.
    func prepare() throws {
        guard path.isAbsolutePath else {
            throw BackupError(
                .storage,
                "the state folder '\(path)' is not absolute",
                fix: "Give its whole path."
            )
        }
        try Self.createFolder(spoolFolder)
        try Self.createFolder(path + "/slots")
        if let name = Mounts.networkType(at: path) {
            throw BackupError(
                .storage,
                "the state folder '\(path)' is on a network file system (\(name)), where its locks do not hold",
                fix: "Put the state folder on a disk of this machine."
            )
        }
    }

    static func createFolder(_ path: String, permissions: Int = 0o700) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: permissions]
            )
        } catch {
            let isFull = (error as? CocoaError)?.code == .fileWriteOutOfSpace
            throw BackupError(
                isFull ? .diskFull : .storage,
                "cannot create the folder '\(path)'",
                fix: isFull
                    ? "Free some space." : "Check its path, and the owner and mode of the folder above it.",
                isRetryable: isFull,
                cause: error
            )
        }
    }
}
