import Foundation

/// What restic's policy would do with some snapshots, as `restic forget --dry-run --json` says it.
struct ForgetAnswer: Sendable {
    /// The snapshots that it would remove.
    var removed: [ResticSnapshot] = []
    /// Those that it would keep, each with restic's words for why.
    var kept: [(snapshot: ResticSnapshot, reasons: [String])] = []

    /// Reads restic's answer, which is nothing at all where no snapshot was chosen.
    init(_ data: Data) throws {
        guard data.contains(UInt8(ascii: "[")) else { return }
        for group in try JSONDecoder().decode([Group].self, from: data) {
            removed += group.remove ?? []
            kept += (group.keep ?? []).map { ($0, group.reasons(for: $0)) }
        }
    }

    /// An answer that removes all.
    init(removing snapshots: [ResticSnapshot]) {
        removed = snapshots
    }

    private struct Group: Decodable {
        var keep: [ResticSnapshot]?
        var remove: [ResticSnapshot]?
        var reasons: [Reason]?

        /// Before 0.17 the snapshot of a reason has no id: its time and content tell.
        func reasons(for snapshot: ResticSnapshot) -> [String] {
            reasons?.first { reason in
                reason.snapshot.id.map { $0 == snapshot.id }
                    ?? (reason.snapshot.time == snapshot.time && reason.snapshot.tree == snapshot.tree)
            }?.matches ?? []
        }
    }

    private struct Reason: Decodable {
        struct Kept: Decodable {
            var id: String?
            var time: String?
            var tree: String?
        }

        var snapshot: Kept
        var matches: [String]
    }
}
