import BackupAPI
import Foundation
import LocalBackup
import RunJournal

extension RunOwner {
    /// This process, so that a later one can tell whether it is still there.
    static func current() -> RunOwner {
        let identity = ProcessIdentity(of: getpid())
        return RunOwner(
            processID: Int(getpid()),
            processStartTime: identity?.startTicks ?? 0,
            bootID: place
        )
    }

    /// Where numbers of processes mean what they mean here: the boot, and the PID namespace (pid_namespaces(7)).
    static let place: String = {
        let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        return [ProcessIdentity.currentBootID(), space].compactMap { $0 }.joined(separator: " ")
    }()
}

/// The ids of runs: the time in UTC, and a random part; they sort by time.
enum RunID {
    static func make() -> String {
        let digits = Clocks.now().wholeSeconds.filter { $0.isNumber || $0 == "T" }
        let random = String(UInt32.random(in: 0..<1 << 24), radix: 16)
        return "\(digits)-\(String(repeating: "0", count: 6 - random.count))\(random)"
    }
}
