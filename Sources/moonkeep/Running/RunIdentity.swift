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
            bootID: identity?.bootID ?? ProcessIdentity.currentBootID()
        )
    }
}

/// The ids of runs: the time in UTC, and a random part; they sort by time.
enum RunID {
    static func make() -> String {
        let digits = Clocks.now().wholeSeconds.filter { $0.isNumber || $0 == "T" }
        let random = String(UInt32.random(in: 0..<1 << 24), radix: 16)
        return "\(digits)-\(String(repeating: "0", count: 6 - random.count))\(random)"
    }
}
