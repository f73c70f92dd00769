import BackupAPI
import Foundation
import Glibc
import HostSystem

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
    /// restic's own process number, in the PID namespace that it runs in; written before restic starts.
    package var number: String { path + "/pid" }
    /// Locked by the service that follows the run.
    package var lease: String { path + "/lease" }
    /// Locked by the run's launcher, restic and helpers: whether one of them lives can be told from here only.
    package var held: String { path + "/held" }
    /// What restic listed before a restore began: a node in each line.
    package var plan: String { path + "/plan" }
    /// What restic had for snapshots before a cleanup began.
    package var snapshots: String { path + "/snapshots" }
    /// The paths that restic shall back up, each with a NUL behind it.
    package var inclusions: String { path + "/inclusions" }
    /// What restic shall leave out of a backup.
    package var exclusions: String { path + "/exclusions" }
    /// What was odd about a backup's source before it began, and what a cleanup leaves for ever.
    package var remarks: String { path + "/remarks" }
    /// What a cleanup does not do that its rules ask for: a sentence in each line.
    package var warnings: String { path + "/warnings" }

    /// Creates the folder and its empty files, for the owner only.
    package func create() throws {
        try StateFolder.createFolder(path)
        // One that is there is not opened: its closing would wake those who follow the run.
        for file in [output, errors, process, exitCode] where access(file, F_OK) != 0 {
            try OwnerFile.make(file)
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

    /// How the last restic of the run ended, as far as its launcher could tell.
    package var end: ResticEnd {
        switch recordedExitCode() {
        case nil: .unknown
        // So a shell says which signal has killed a program; and 130 is how restic says that it gave way to one.
        case let code? where code >= 128: .killed(code)
        case let code?: .exited(code)
        }
    }

    /// Whether a launcher, a restic or a helper of the run lives. A launcher that has recorded an end is over, whatever
    /// restic has left running.
    package func isAlive() throws -> Bool {
        guard recordedExitCode() == nil else { return false }
        return try FileLock.isHeld(held)
    }

    /// The launcher; `nil` while it has not begun, or when the spool is gone.
    package func recordedProcess(bootID: String) -> ProcessIdentity? {
        guard let line = try? String(contentsOfFile: process, encoding: .utf8) else { return nil }
        return ProcessIdentity(stat: line, bootID: bootID)
    }

    /// Bytes that restic has written so far, to the repository, to pipes and to its temporary files: `wchar` of proc_pid_io(5).
    /// `nil` where the system does not tell.
    package func bytesWritten() -> Int64? {
        guard let number = recordedNumber(),
            let text = try? String(contentsOfFile: "/proc/\(number)/io", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("wchar: ") })
        else { return nil }
        return Int64(line.dropFirst("wchar: ".count))
    }

    /// restic's process number; `nil` where it was never started.
    package func recordedNumber() -> Int? {
        guard let text = try? String(contentsOfFile: number, encoding: .utf8) else { return nil }
        return Int(text.prefix { $0.isNumber })
    }
}

/// How a restic ended.
package enum ResticEnd: Equatable, Sendable {
    /// By itself, with an exit code.
    case exited(Int)
    /// By a signal; 128 and the signal's number.
    case killed(Int)
    /// Its launcher died too.
    case unknown

    /// The exit code that restic chose; `nil` when it was killed, and when nobody knows.
    package var exitCode: Int? {
        if case .exited(let code) = self { code } else { nil }
    }
}
