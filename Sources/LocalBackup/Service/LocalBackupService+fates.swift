public import BackupAPI

extension LocalBackupService {
    /// What the key says, and so never `unknown`: a start is in the catalog, with its key, before anything else is done for
    /// it. A start of another process that is on its way at this moment is stopped by the key from becoming a second one.
    public nonisolated func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        let id =
            switch request {
            case .backup: try await site.catalog.row(BackupRow.self, key: key)?.id
            case .restore: try await site.catalog.row(RestoreRow.self, key: key)?.id
            case .cleanup: try await site.catalog.row(CleanupRow.self, key: key)?.id
            }
        return id.map { .happened(id: $0) } ?? .absent
    }
}
