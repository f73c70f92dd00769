import BackupAPI
import Foundation
import RunJournal

/// This process, so that a later one can tell whether it is still there.
enum ProcessIdentity {
    static func current() -> RunOwner {
        let bootID = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        return RunOwner(
            processID: Int(getpid()),
            processStartTime: startTime(),
            bootID: bootID.trimmingCharacters(in: .whitespacesAndNewlines)
        )
    }

    /// Clock ticks from the boot to the process's start: field 22 of `/proc/self/stat` (proc(5)).
    private static func startTime() -> Int64 {
        guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return 0 }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? Int64(fields[19]) ?? 0 : 0
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
