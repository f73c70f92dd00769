public import BackupAPI
import HostSystem

extension LocalBackupService: ScheduleStore {
    /// How far a configuration's schedule was followed, by the catalog.
    public func mark(of configuration: ResourceID<Configuration>) async throws -> ScheduleMark? {
        try await site.catalog.marks.mark(of: configuration.rawValue)
    }

    /// Remembers in the catalog how far a configuration's schedule was followed.
    public func setMark(_ mark: ScheduleMark, of configuration: ResourceID<Configuration>) async throws {
        try await site.catalog.marks.set(mark, of: configuration.rawValue)
    }

    /// Records slots that are not run in the catalog; see `ScheduleStore`.
    public func record(
        _ state: ActivityState,
        _ slots: [Timestamp],
        of configuration: Configuration,
        reason: String
    ) async throws {
        let now = site.now()
        let repository = try site.repositories.named(configuration.options.repository).name
        let rows = slots.map { slot in
            var row = BackupRow(
                id: makeID(),
                key: SlotKey(configuration: configuration.id, slot: slot).text,
                configuration: configuration,
                repository: repository,
                createdTime: now,
                bootID: ProcessIdentity.currentBootID()
            )
            row.state = state.rawValue
            row.endedTime = now.microseconds
            row.errorReason = state.rawValue
            row.errorDiagnostics = reason
            return row
        }
        try await site.catalog.insertEnded(rows)
        site.bell.ring()
    }
}
