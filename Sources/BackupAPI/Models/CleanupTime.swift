/// When a configuration is cleaned up without being asked to.
public enum CleanupTime: String, CaseIterable, Codable, Hashable, Sendable {
    /// After each of its backups that has made a snapshot.
    case afterBackup = "after_backup"
    /// Once a day, in UTC, after the first backup of that day.
    case daily
    /// Only when a person or a script asks for it.
    case never
}
