public import BackupAPI
internal import Synchronization

extension InMemoryBackupService {
    /// What the key says, and so never `unknown`. A key's own start is its own, be it claimed or not.
    public func reconcile(
        _ request: BackupAPI.StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        let id = state.withLock { state in
            switch request {
            case .backup: state.backups.record(key: key)?.id.rawValue
            case .restore: state.restores.record(key: key)?.id.rawValue
            case .cleanup: state.cleanups.record(key: key)?.id.rawValue
            }
        }
        return id.map { .happened(id: $0) } ?? .absent
    }
}
