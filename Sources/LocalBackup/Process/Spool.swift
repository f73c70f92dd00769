import BackupAPI
import Foundation
import Glibc

/// The folder where one run's restic leaves what it says.
///
/// Files, not pipes: a restic whose host died goes on writing, and the next host reads where the first one stopped.
package struct Spool: Sendable {
    /// The folder's path.
    package let path: String

    package init(path: String) {
        self.path = path
    }

    package var output: String { path + "/out" }
    package var errors: String { path + "/err" }
    /// The launcher's line of `/proc/PID/stat`, written before restic starts.
    package var process: String { path + "/process" }
    /// restic's exit code and a line end; without the line end it is not written yet.
    package var exitCode: String { path + "/rc" }
    /// Locked by the service that follows the run.
    package var lease: String { path + "/lease" }
    /// What restic listed before a restore began: a node in each line.
    package var plan: String { path + "/plan" }
    /// What restic had for snapshots before a cleanup began.
    package var snapshots: String { path + "/snapshots" }

    /// Creates the folder and its empty files, for the owner only.
    package func create() throws {
        try StateFolder.createFolder(path)
        for file in [output, errors, process, exitCode] {
            let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw BackupError.file("cannot create", file, number: errno) }
            close(descriptor)
        }
    }

    /// Removes the folder; what remains after a failure does no harm.
    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The exit code that the launcher recorded; `nil` while there is none.
    package func recordedExitCode() -> Int? {
        guard let text = try? String(contentsOfFile: exitCode, encoding: .utf8), text.hasSuffix("\n") else {
            return nil
        }
        return Int(text.dropLast())
    }

    /// The launcher; `nil` while it has not begun, or when the spool is gone.
    package func recordedProcess(bootID: String) -> ProcessIdentity? {
        guard let line = try? String(contentsOfFile: process, encoding: .utf8) else { return nil }
        return ProcessIdentity(stat: line, bootID: bootID)
    }
}
