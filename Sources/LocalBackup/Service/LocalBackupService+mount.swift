import BackupAPI
import Foundation
import Glibc
import HostSystem

/// A program that shows the repository in a folder, ready to be executed.
public struct RepositoryMount: Sendable {
    /// The program's absolute path.
    public var program: String
    /// What follows the program's name.
    public var arguments: [String]
    /// All of its environment.
    public var environment: [String: String]
}

extension LocalBackupService {
    /// How restic shows the repository's snapshots in a folder, which has to be there and empty. The repository is asked for
    /// first; nothing is mounted yet.
    ///
    /// Throws `unsupported` where the system cannot mount it, `invalid_request` for a folder that is not fit, and
    /// `repository_missing`, `wrong_password`, `repository_locked` and `tool_missing`.
    public func mount(at folder: String) async throws -> RepositoryMount {
        try MountPoint(folder).check()
        try FUSE(path: site.settings.environment["PATH"]).check()
        _ = try await using(nil, .shared) { site, lock in try await site.tool.repositoryID(lock: lock) }
        return RepositoryMount(
            program: try await site.tool.identify().path,
            arguments: site.tool.flags + ["mount", "--", folder],
            environment: try await site.tool.environment()
        )
    }
}

/// A folder in which a file system can be shown.
private struct MountPoint {
    let path: String

    init(_ path: String) { self.path = path }

    func check() throws {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            throw refusal(
                errno == ENOENT ? "is not there" : SystemError.last.words,
                fix: "Make it with 'mkdir'."
            )
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            throw refusal("is not a folder", fix: "Name an empty folder.")
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw refusal("cannot be read", fix: "Check its owner and mode.")
        }
        guard names.isEmpty else {
            throw refusal("is not empty: what is in it would be hidden", fix: "Name an empty folder.")
        }
    }

    private func refusal(_ fault: String, fix: String) -> BackupError {
        BackupError(.invalidRequest, "the folder '\(path)' \(fault)", fix: fix)
    }
}

/// What a program needs to show a file system of its own (fuse(4), fusermount3(1)).
private struct FUSE {
    let path: String?

    func check() throws {
        let isInstalled = ["fusermount3", "fusermount"].contains {
            ProgramLocation.find($0, path: path) != nil
        }
        guard isInstalled else {
            throw BackupError(
                .unsupported,
                "the repository cannot be mounted: FUSE is not installed, there is no program 'fusermount3' or 'fusermount'",
                fix:
                    "Install it with 'apt-get install fuse3'; 'moonkeep browse' and 'moonkeep restore' need no FUSE."
            )
        }
        guard access("/dev/fuse", R_OK | W_OK) == 0 else {
            throw BackupError(
                .unsupported,
                "the repository cannot be mounted: '/dev/fuse' \(errno == ENOENT ? "is not there" : "cannot be used: " + SystemError.last.words)",
                fix:
                    "Load the kernel's module 'fuse', or let the container have the device; 'moonkeep browse' and 'moonkeep restore' need no FUSE."
            )
        }
    }
}
