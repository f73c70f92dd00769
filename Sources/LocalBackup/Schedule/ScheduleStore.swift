public import BackupAPI

/// What a scheduler remembers, so that a slot that passed while it was off is not forgotten.
public protocol ScheduleStore: Sendable {
    /// How far a configuration's schedule was followed; `nil` when it never was.
    func mark(of configuration: ResourceID<Configuration>) async throws -> ScheduleMark?

    /// Remembers how far a configuration's schedule was followed.
    func setMark(_ mark: ScheduleMark, of configuration: ResourceID<Configuration>) async throws

    /// Records slots that are not run, oldest first, each as a backup that is over: `missed` or `skipped`.
    ///
    /// A slot that has a backup already, by its ``SlotKey``, keeps that one. People are told of the last slot only.
    func record(
        _ state: ActivityState,
        _ slots: [Timestamp],
        of configuration: Configuration,
        reason: String
    ) async throws
}
