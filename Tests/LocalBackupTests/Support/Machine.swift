import Foundation
import Glibc

/// What this machine allows a test to do.
enum Machine {
    static let hasRestic = FileManager.default.isExecutableFile(atPath: "/usr/bin/restic")
    /// Where programs are looked for: first in the folder of another restic than the installed one, where the tests are run with one.
    static let searchPath =
        (ProcessInfo.processInfo.environment["MOONKEEP_TEST_RESTIC"].map { "\($0):" } ?? "")
        + "/usr/local/bin:/usr/bin:/bin"
    static let isRoot = getuid() == 0

    /// Whether file systems can be mounted: not for users, and not in most containers.
    static let canMount: Bool = {
        let folder = NSTemporaryDirectory() + "mount-" + UUID().uuidString
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try execute("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder)
            try execute("umount", folder)
            return true
        } catch {
            return false
        }
    }()

    /// Runs a program to its end; throws when it fails.
    static func execute(_ command: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.featureUnsupported) }
    }
}
