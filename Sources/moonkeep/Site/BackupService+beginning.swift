import BackupAPI

extension BackupService {
    /// The backup with this id, or the only one whose id begins so.
    func backup(beginning text: String) async throws -> Backup {
        do {
            return try await backup(ResourceID(text))
        } catch let error as BackupError where error.code == .unknownBackup {
            let found = try await backups(BackupFilter(limit: 10_000)).filter {
                !text.isEmpty && $0.id.rawValue.hasPrefix(text)
            }
            guard let only = found.first else { throw error }
            guard found.count == 1 else {
                let ids = found.prefix(5).map(\.id.rawValue).joined(separator: ", ")
                throw CommandError(
                    "\(found.count) backups have ids that begin with '\(text)'",
                    fix: "Give more of the id: \(ids)."
                )
            }
            return only
        }
    }
}
