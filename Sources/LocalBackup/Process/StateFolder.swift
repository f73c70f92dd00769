import BackupAPI
import Foundation
import Glibc

/// The places in the state folder.
package struct StateFolder: Sendable {
    let path: String

    var catalog: String { path + "/catalog.sqlite" }
    var catalogLock: String { path + "/catalog.lock" }
    var repositoryLock: String { path + "/repository.lock" }
    /// Held by the one whose turn it is to wait for the repository's lock.
    var repositoryTurnstile: String { path + "/repository.turn" }

    /// Held by whoever makes a spool or sweeps them.
    var spoolLock: String { path + "/spool.lock" }

    /// Held by the service that follows a check.
    var checkLease: String { path + "/check.lock" }

    /// Held by one of the backups that run at one time, and by its restic.
    func slot(_ place: Int) -> String { path + "/slots/\(place)" }

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
        if let name = try Self.networkFileSystem(at: path) {
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

    private static func networkFileSystem(at path: String) throws -> String? {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            throw BackupError.file("cannot examine the state folder", path, number: errno)
        }
        let mounts = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        // The bits of makedev(3), which are macros in C.
        let device = UInt64(facts.st_dev)
        let major = device >> 8 & 0xfff | device >> 32 & 0xffff_f000
        let minor = device & 0xff | device >> 12 & 0xffff_ff00
        return networkFileSystem(device: "\(major):\(minor)", mounts: mounts ?? "")
    }

    /// The type of the network file system on a device (`MAJOR:MINOR`), by the lines of proc_pid_mountinfo(5); `nil`
    /// for file systems of this machine.
    package static func networkFileSystem(device: String, mounts: String) -> String? {
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2, fields[2] == device, let dash = fields.firstIndex(of: "-"),
                let type = fields[fields.index(after: dash)...].first
            else { continue }
            let networks = ["nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "fuse.sshfs"]
            return networks.contains(String(type)) ? String(type) : nil
        }
        return nil
    }
}

extension BackupError {
    /// A file operation that the system refused.
    static func file(_ action: String, _ path: String, number: Int32) -> BackupError {
        let words = strerror(number).map { String(cString: $0) } ?? "error \(number)"
        let isFull = number == ENOSPC || number == EDQUOT
        return BackupError(
            isFull ? .diskFull : .storage,
            "\(action) '\(path)': \(words)",
            fix: isFull ? "Free some space." : "Check the folder's owner and mode.",
            isRetryable: isFull
        )
    }
}
