import BackupAPI
import Foundation
import Glibc

/// Permits to begin: each is a file that is made once, either by a launcher, which then starts its program, or by the owner
/// of the run, so that a launcher of a host that has died starts nothing any more.
extension Spool {
    private static let void = "void\n"

    private func permit(_ number: Int) -> String { "\(path)/permit\(number)" }

    private var permitCount: Int {
        (0...).first { !FileManager.default.fileExists(atPath: permit($0)) } ?? 0
    }

    /// The permit that the next launcher takes.
    package var nextPermit: String { permit(permitCount) }

    /// Makes sure that no launcher begins but one that gets a permit from now on; answers `false` when one has begun.
    package func withholdPermit() throws -> Bool {
        let count = permitCount
        if count > 0, (try? String(contentsOfFile: permit(count - 1), encoding: .utf8)) != Self.void {
            return false
        }
        let file = permit(count)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { return false }
            throw BackupError.file("cannot create", file, number: errno)
        }
        defer { close(descriptor) }
        // Where the write fails the permit counts as taken, and nothing is begun again.
        let bytes = Array(Self.void.utf8)
        return write(descriptor, bytes, bytes.count) == bytes.count
    }

    /// Takes back the permit of a launcher that is gone: the next one takes a new one.
    package func forgetPermits() throws {
        let file = permit(permitCount)
        guard FileManager.default.createFile(atPath: file, contents: Data(Self.void.utf8)) else {
            throw BackupError.file("cannot create", file, number: errno)
        }
    }
}
