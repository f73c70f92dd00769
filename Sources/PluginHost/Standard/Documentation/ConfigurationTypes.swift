extension StandardDocumentation {
    /// Events and progress.
    static let eventTypes: [TypeDescription] = [
        TypeDescription(
            "Event",
            "What the service said of a backup at some moment.",
            record: [
                .field("id", "string", "Its id, a UUID."),
                .field("time", "string", "When it was said: ISO 8601 in UTC."),
                .field("event", "string", "What was said, for example \"backup_completed\"."),
                .absent("backup", "table", "The backup: id."),
                .absent("restore", "table", "The restore: id."),
                .absent("cleanup", "table", "The cleanup: id."),
                .absent("configuration", "table", "The configuration: id."),
                .absent("agent", "table", "The agent: id."),
                .absent("request_id", "string", "The request that it came of."),
                .absent("bytes_completed", "integer", "Bytes that were done."),
                .absent("bytes_remaining", "integer", "Bytes that were still to do."),
                .absent("total_bytes", "integer", "Bytes in all."),
            ]
        ),
        TypeDescription(
            "Progress",
            "How far a backup is.",
            record: [
                .field("state", "state", "The backup's state."),
                .field("files_done", "integer", "Files that were looked at."),
                .field("total_files", "integer", "Files that were found so far."),
                .field("bytes_done", "integer", "Bytes that were looked at."),
                .field("total_bytes", "integer", "Bytes that were found so far."),
                .field("error_count", "integer", "Errors so far."),
                .absent(
                    "fraction",
                    "number",
                    "The part that is done, 0 to 1; absent until the total is known."
                ),
            ]
        ),
    ]

    /// Configurations, and what they have.
    static let configurationTypes: [TypeDescription] = [
        TypeDescription(
            "Configuration",
            "What to back up, when, whom to tell, and how long to keep it.",
            record: [
                .field("id", "string", "Its id, a UUID."),
                .field("name", "string", "Its name."),
                .field("enabled", "boolean", "Whether its schedule is followed."),
                .field("agent", "Reference", "The host that does its backups."),
                .field("inclusions", "list of PathRule", "What is backed up."),
                .field("exclusions", "list of PathRule", "What is left out."),
                .field("retention", "Retention", "How long snapshots are kept."),
                .absent("schedule", "BackupSchedule", "When it is due; absent for never."),
                .field("notifications", "list of MailRule", "Whom to tell."),
                .field("backups", "ConfigurationBackups", "Its last and its next backup."),
                .field("deleted", "boolean", "Whether it was removed."),
                .field("project_id", "string", "The project that it belongs to."),
                .field("links", "list of Link", "Where more is found of it."),
            ]
        ),
        TypeDescription(
            "PathRule",
            "A file or folder.",
            record: [
                .field("type", "string", "\"file\", \"folder\" or a pattern's kind."),
                .field("path", "string", "Its absolute path, or the pattern."),
            ]
        ),
        TypeDescription(
            "Retention",
            "How long snapshots are kept.",
            record: [.field("days", "integer", "The days; 0 keeps them for ever.")]
        ),
        TypeDescription(
            "BackupSchedule",
            "When backups are due.",
            record: [
                .absent("start", "string", "When it begins: ISO 8601."),
                .field("recurrence", "list of strings", "Recurrence rules of RFC 5545."),
                .field("time_zone", "string", "The IANA name of the zone whose clocks count."),
            ]
        ),
        TypeDescription(
            "MailRule",
            "Whom to tell.",
            record: [
                .field("type", "string", "How, for example \"email\"."),
                .field("destination", "string", "The address."),
                .field("on_success", "boolean", "Whether good ends are told."),
                .field("on_failure", "boolean", "Whether bad ends are told."),
            ]
        ),
        TypeDescription(
            "ConfigurationBackups",
            "The last and the next backup of a configuration.",
            record: [
                .absent("last_completed", "Reference", "The last one that went well."),
                .absent("next", "table", "The next one that is due: scheduled_time."),
            ]
        ),
    ]
}
