import BackupAPI
import HostSystem

/// What lies in backups.
struct SnapshotBrowser: Sendable {
    let site: RunSite

    func browse(_ backup: ResourceID<Backup>, path: String) async throws -> [BrowseItem] {
        let row = try await site.catalog.row(BackupRow.self, id: backup.rawValue)
        guard path.isAbsolutePath, !path.contains("\0"), row.isRestorable else {
            throw BackupError.unknownFolder(path, in: "backup '\(backup)'")
        }
        let folder = PathRule(type: .folder, path: path).comparablePath
        return try await withList(of: row, [folder], isRecursive: false) { list in
            try await Self.entries(of: folder, in: list, backup: backup)
        }
    }

    func files(
        of backup: ResourceID<Backup>,
        _ show: @escaping @Sendable (_ path: String, _ bytes: Int64) -> Void
    ) async throws -> Bool {
        let row = try await site.catalog.row(BackupRow.self, id: backup.rawValue)
        guard row.isRestorable else { throw BackupError.unknownFolder("/", in: "backup '\(backup)'") }
        return try await withList(of: row, ["/"], isRecursive: true) { list in
            try await FileLines.read(list) { line in
                guard let node = ResticNode(line: line), node.isFile,
                    !node.path.unicodeScalars.contains("\u{FFFD}")
                else { return }
                show(node.path, node.size ?? 0)
            }
            return true
        }
    }

    /// Does something with the file in which restic has listed folders of a backup.
    private func withList<Value>(
        of row: BackupRow,
        _ folders: [String],
        isRecursive: Bool,
        _ body: (_ list: String) async throws -> Value
    ) async throws -> Value {
        let site = try site.at(row.repository)
        let lock = try await site.lockForReading()
        defer { lock.release() }
        return try await site.folder.withSpool("browse-" + LocalBackupService.randomID()) { spool in
            do {
                _ = try await site.tool.list(
                    row,
                    paths: folders,
                    isRecursive: isRecursive,
                    to: spool.plan,
                    in: spool,
                    activity: "browsing"
                )
            } catch let failure as ResticFailure {
                throw BackupError(.service, failure.diagnostics)
            }
            return try await body(spool.plan)
        }
    }

    private static func entries(of folder: String, in list: String, backup: ResourceID<Backup>) async throws
        -> [BrowseItem]
    {
        var items: [BrowseItem] = []
        var isThere = folder == "/"
        let own = Array(folder.utf8)
        try await FileLines.read(list) { line in
            guard let node = ResticNode(line: line) else { return }
            let isFolder = node.path.utf8.elementsEqual(own)
            if isFolder { isThere = isThere || node.type == "dir" }
            if !isFolder, node.folder.utf8.elementsEqual(own) {
                isThere = true
                items.append(node.item)
            }
        }
        guard isThere else { throw BackupError.unknownFolder(folder, in: "backup '\(backup)'") }
        return items.sorted { $0.name < $1.name }
    }
}
