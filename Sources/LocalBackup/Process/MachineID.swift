import Foundation

/// What tells this machine from others (machine-id(5)).
enum MachineID {
    /// The machine's id; empty where it has none, as in some containers.
    static func current() -> String {
        let text = try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }
}
