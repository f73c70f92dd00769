import BackupAPI
import GRDB

/// Events that tell of no run (contract 3.4).
extension Catalog {
    /// Makes room for the mode of an activation.
    static func registerNotices(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("notices") { database in
            try database.execute(sql: "ALTER TABLE event ADD COLUMN mode TEXT")
        }
    }

    /// Tells that agents were asked to look for work this eagerly.
    func addActivation(_ mode: AgentMode, now: Timestamp) async throws {
        try await write { try addNotice("agent_activate", mode: mode.rawValue, now: now, $0) }
    }

    /// Adds an event that belongs to the agent and to no configuration.
    func addNotice(_ event: String, mode: String? = nil, now: Timestamp, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO event (time, event, mode) VALUES (?, ?, ?)",
            arguments: [now.microseconds, event, mode]
        )
        try removeOldEvents(now: now, database)
    }
}
