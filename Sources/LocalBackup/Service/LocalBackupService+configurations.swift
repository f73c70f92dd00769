public import BackupAPI

extension LocalBackupService {
    /// All configurations that are not deleted, those of the settings and those that were made here, in the order of
    /// their names.
    public func configurations() async throws -> [Configuration] { try await site.configurations.all() }

    /// One configuration, also a deleted one. Throws `unknown_configuration`.
    public func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration {
        try await site.configurations.configuration(id)
    }

    /// Makes a configuration; see `BackupService`. Without an id of its own it gets one that depends on nothing but its
    /// name, or a random one where that was used before: what was backed up under an id stays with it.
    public func create(_ draft: ConfigurationDraft) async throws -> Configuration {
        try await site.configurations.create(draft)
    }

    /// Changes a configuration that was made here; see `BackupService`. Throws `conflict` for one of the settings.
    public func update(_ id: ResourceID<Configuration>, _ changes: ConfigurationChanges) async throws
        -> Configuration
    {
        try await site.configurations.update(id, changes)
    }

    /// Deletes a configuration that was made here; see `BackupService`. Throws `conflict` for one of the settings.
    public func delete(_ id: ResourceID<Configuration>) async throws {
        try await site.configurations.delete(id)
    }

    /// The configurations, also deleted ones, of which a backup can be restored.
    public func restorableConfigurations() async throws -> Set<ResourceID<Configuration>> {
        try await keeper.reconcile()
        return try await site.catalog.restorableConfigurations()
    }
}
