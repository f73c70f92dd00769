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

    /// Whether the process itself runs.
    package var isRunning: Bool {
        guard bootID == Self.currentBootID(), ProcessIdentity(of: id) == self else { return false }
        let stat = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
        return stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ").dropFirst().first
            != "Z"
    }

    /// Whether the boot of an identity is the one that runs, in whichever PID namespace.
    static func isOfThisBoot(_ bootID: String) -> Bool {
        bootID.split(separator: " ").first == currentBootID().split(separator: " ").first
    }

    /// Sends a signal to the group that the process leads, or led; does nothing when that cannot be the same group any more.
    ///
    /// A group keeps its number as long as one member lives, also when its leader has ended or is a zombie. In another PID
    /// namespace the number is somebody else's, or nobody's.
    package func signalGroup(_ signal: Int32) {
        guard bootID == Self.currentBootID() else { return }
        if let now = ProcessIdentity(of: id), now != self { return }
        _ = kill(-id, signal)
    }

    /// Whether the system knows a process of the group that it led, also one that has ended.
    package var hasGroup: Bool { kill(-id, 0) == 0 }

    /// The id of the running boot and of the PID namespace, in which alone a number means a process; empty where the system has
    /// none.
    package static func currentBootID() -> String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        let space = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
        return (text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "") + " " + space
    }
}
