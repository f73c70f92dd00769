import BackupAPI
import Foundation
import HostSystem

/// A file whose lock a program holds as long as it, or anything that it started, lives (`flock(2)`): the evidence for a host
/// that finds the run of a dead one, in every PID namespace and after every crash.
///
/// The program takes the lock before it begins and inherits it to what it starts. The host never does: what it held would be
/// gone with it. Each attempt of a run has a file of its own, so that a program that comes late finds its lock taken.
struct HeldFile: Sendable {
    let path: String

    /// The file of a step's program in an attempt of its run.
    init(of step: String, attempt: Int, in folder: String) {
        path = "\(folder)/\(Self.prefix(of: step))\(attempt)\(Self.suffix)"
    }

    private init(path: String) {
        self.path = path
    }

    /// The files that programs of the step have left, or hold still.
    static func all(of step: String, in folder: String) -> [HeldFile] {
        let prefix = prefix(of: step)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.sorted().map {
            HeldFile(path: folder + "/" + $0)
        }
    }

    private static let suffix = ".held"

    private static func prefix(of step: String) -> String {
        "\(SHA256.hexDigest(of: Array(step.utf8)).prefix(16))."
    }

    /// What takes the lock, and then becomes another program; `nil` where there is no such program (it is a part of
    /// util-linux).
    var launcher: [String]? {
        ProgramLocation.find("flock", path: "/usr/bin:/bin").map { [$0, "--nonblock", "--no-fork", path] }
    }

    /// Makes it, and the folder that it lies in.
    func make() throws {
        var failure = SystemError(number: 0)
        // Whoever removes the last file of a run removes its folder.
        for _ in 0..<100 {
            do {
                try FileManager.default.createDirectory(
                    atPath: RootFolder.parent(of: path),
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            } catch {
                throw ScriptError(
                    .storage,
                    "the folder of '\(path)' could not be made: \(error.localizedDescription)"
                )
            }
            if Descriptor(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)) != nil { return }
            failure = .last
            guard failure.number == ENOENT else { break }
        }
        throw ScriptError.file(path, failure)
    }

    /// Removes it, and the run's folder if nothing else is in that.
    func remove() {
        unlink(path)
        rmdir(RootFolder.parent(of: path))
    }

    /// Whether there is a file to hold.
    var exists: Bool { access(path, F_OK) == 0 }

    /// Takes the lock for this process, so that nobody gets it who comes late; `nil` where it is held.
    func take() throws(SystemError) -> FileLock? {
        try FileLock.take(path, .exclusive, creating: false)
    }

    /// Sends a signal to the groups of the processes that have the file open, as far as this process may see them.
    func send(_ signal: Int32) {
        for group in groups() { kill(-group, signal) }
    }

    private func groups() -> Set<pid_t> {
        var own = stat()
        guard stat(path, &own) == 0 else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        let holders = names.compactMap { pid_t($0) }.filter { process in
            process != getpid() && Self.isOpen(own, in: process)
        }
        return Set(holders.map(getpgid).filter { $0 > 1 && $0 != getpgid(0) })
    }

    private static func isOpen(_ file: stat, in process: pid_t) -> Bool {
        let folder = "/proc/\(process)/fd"
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return numbers.contains { number in
            var other = stat()
            return stat("\(folder)/\(number)", &other) == 0 && other.st_ino == file.st_ino
                && other.st_dev == file.st_dev
        }
    }
}
