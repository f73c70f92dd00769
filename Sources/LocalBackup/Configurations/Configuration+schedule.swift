package import BackupAPI

extension Configuration {
    /// The schedule if it is active; `nil` if there is none, or the configuration is disabled or deleted.
    func activeRecurrence() throws -> Recurrence? {
        guard enabled, !deleted, let schedule else { return nil }
        return try Recurrence(schedule)
    }

    /// The active schedule as text, to see whether it is another one than before; empty when there is none.
    var scheduleText: String {
        guard enabled, !deleted, let schedule else { return "" }
        let start = schedule.start?.wholeSeconds ?? ""
        return "\(start) \(schedule.recurrence.joined(separator: " ")) \(schedule.timeZone)"
    }

    /// The configuration with the time of its next scheduled backup.
    ///
    /// A schedule that was taken once and cannot be followed now, as in a zone that the system has no more, has none: the
    /// scheduler and the list of schedules say why, and the configuration can still be seen and changed.
    package func withNextBackup(after now: Timestamp) -> Configuration {
        var configuration = self
        let recurrence = try? activeRecurrence()
        configuration.backups.next = recurrence.map { NextBackup(scheduledTime: $0.next(after: now)) }
        return configuration
    }
}
