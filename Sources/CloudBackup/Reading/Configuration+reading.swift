import BackupAPI

extension Configuration {
    /// Reads the object of contract 2.4; all but the id may be missing, and `next` may stand at the top (6.5).
    init(reading json: JSONValue) throws(Missing) {
        let backups = json["backups"]
        let next = backups?["next"] ?? json["next"]
        self.init(
            projectID: json.string("project_id"),
            id: try json.id(),
            agent: json.reference("agent"),
            name: json.string("name"),
            enabled: json["enabled"]?.isTrue ?? true,
            schedule: json["schedule"].map { Schedule(reading: $0) },
            retention: Retention(days: json["retention"]?.count("days") ?? 0),
            inclusions: json.rules("inclusions"),
            exclusions: json.rules("exclusions"),
            notifications: (json["notifications"]?.elements ?? []).map { Notification(reading: $0) },
            deleted: json["deleted"]?.isTrue ?? false,
            backups: ConfigurationBackups(
                lastCompleted: backups?.optionalReference("last_completed"),
                next: next?["scheduled_time"]?.time.map { NextBackup(scheduledTime: $0) }
            ),
            links: json.links
        )
    }
}

extension Schedule {
    fileprivate init(reading json: JSONValue) {
        self.init(
            start: json["start"]?.time,
            recurrence: (json["recurrence"]?.elements ?? []).compactMap(\.text),
            timeZone: json.string("time_zone")
        )
    }
}

extension Notification {
    /// Reads a notification; one of the summaries has no conditions and so tells of all.
    init(reading json: JSONValue) {
        self.init(
            type: json["type"]?.text ?? "email",
            destination: json.string("destination"),
            onSuccess: json["on_success"]?.isTrue ?? true,
            onFailure: json["on_failure"]?.isTrue ?? true
        )
    }
}
