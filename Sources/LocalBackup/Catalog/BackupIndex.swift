import BackupAPI

/// Backups by their snapshots.
struct BackupIndex: Sendable {
    private var byRun: [String: BackupRow] = [:]
    private var byID: [Substring: [BackupRow]] = [:]

    init(_ rows: [BackupRow]) {
        for row in rows {
            if row.adopted?.hasRun != false { byRun[row.tags.joined(separator: ",")] = row }
            for id in Set([row.resticSnapshot, row.adopted?.snapshotID].compactMap { $0?.prefix(8) }) {
                byID[id, default: []].append(row)
            }
        }
    }

    /// The backup that a snapshot is of: by its id, or that from before its tags were changed, or by its tags.
    func backup(of snapshot: ResticSnapshot) -> BackupRow? {
        for id in [snapshot.id, snapshot.original ?? ""] {
            if let found = byID[id.prefix(8)]?.first(where: { $0.isMeant(snapshot) }) { return found }
        }
        guard let run = snapshot.tag("run"), let configuration = snapshot.tag("configuration") else {
            return nil
        }
        return byRun["run:\(run),configuration:\(configuration)"]
    }
}
