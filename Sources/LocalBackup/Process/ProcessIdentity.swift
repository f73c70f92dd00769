import Foundation
import Glibc

/// A process that is told apart from every other one, also after its number was given to a new process.
///
/// The number alone is not enough: the start time (in clock ticks since the boot, from `/proc/PID/stat`) and the
/// boot's id make it unique. A process that leads its own group is signalled together with its children.
package struct ProcessIdentity: Hashable, Sendable {
    /// The process's number.
    package let id: Int32
    /// Clock ticks from the boot to the process's start.
    package let startTicks: Int64
    /// The boot that the two belong to.
    package let bootID: String

    package init(id: Int32, startTicks: Int64, bootID: String) {
        self.id = id
        self.startTicks = startTicks
        self.bootID = bootID
    }

    /// The identity of a process that runs, or has ended and was not waited for; `nil` if there is none.
    package init?(of id: Int32) {
        guard let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) else { return nil }
        self.init(stat: stat, bootID: Self.currentBootID())
    }

    /// Reads a line of the form of `/proc/PID/stat` (proc(5)): the name in parentheses may hold anything.
    package init?(stat: String, bootID: String) {
        guard let nameEnd = stat.lastIndex(of: ")"),
            let id = stat.split(separator: " ").first.flatMap({ Int32($0) })
        else { return nil }
        let fields = stat[nameEnd...].split(separator: " ")
        // Field 22 of proc(5); the closing parenthesis is field 2.
        guard fields.count > 20, let ticks = Int64(fields[20]) else { return nil }
        self.init(id: id, startTicks: ticks, bootID: bootID)
    }

    /// Whether the process, or a process of the group that it led, still runs.
    package var isRunning: Bool {
        guard bootID == Self.currentBootID() else { return false }
        guard let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) else {
            // A group keeps its number from being given away as long as one member lives.
            return kill(-id, 0) == 0
        }
        guard let now = ProcessIdentity(stat: stat, bootID: bootID), now == self else { return false }
        return stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ").dropFirst().first
            != "Z"
    }

    /// Whether the system still knows a process of the group that it led, also one that has ended.
    package var hasGroup: Bool { kill(-id, 0) == 0 }

    /// Sends a signal to the group that the process leads; does nothing when it is gone.
    package func signalGroup(_ signal: Int32) {
        guard isRunning else { return }
        _ = kill(-id, signal)
    }

    /// The id of the running boot; empty where the system has none.
    package static func currentBootID() -> String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }
}
