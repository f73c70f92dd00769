public import BackupAPI
import GRDB

/// How far the schedules of configurations were followed.
struct ScheduleMarks: Sendable {
    let file: CatalogFile

    func mark(of configuration: String) async throws -> ScheduleMark? {
        try await file.read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT schedule, time FROM schedule_mark WHERE configuration_id = ?",
                arguments: [configuration]
            )
            .map { ScheduleMark(schedule: $0["schedule"], time: Timestamp(microseconds: $0["time"])) }
        }
    }

    func set(_ mark: ScheduleMark, of configuration: String) async throws {
        try await file.write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO schedule_mark VALUES (?, ?, ?)",
                arguments: [configuration, mark.schedule, mark.time.microseconds]
            )
        }
    }
}

/// How far a configuration's schedule was followed.
public struct ScheduleMark: Hashable, Sendable {
    /// The schedule as it was then, as text; another text is another schedule.
    public var schedule: String
    /// Every slot up to this moment was dealt with.
    public var time: Timestamp

    /// Makes a mark.
    public init(schedule: String, time: Timestamp) {
        self.schedule = schedule
        self.time = time
    }
}
