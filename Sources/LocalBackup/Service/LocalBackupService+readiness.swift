public import BackupAPI

extension LocalBackupService {
    /// Throws when the catalog cannot be written now: no start would be taken.
    public func checkReadiness() async throws {
        try await site.catalog.checkWritable()
    }

    /// The configurations, also deleted ones, of which a backup can be restored.
    public func restorableConfigurations() async throws -> Set<ResourceID<Configuration>> {
        try await reconcile()
        return try await site.catalog.restorableConfigurations()
    }
}
