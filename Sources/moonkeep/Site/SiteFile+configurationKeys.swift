/// The keys of configurations.
extension SiteFile {
    static let configurationKeys = SiteKeys(
        of: "a configuration",
        [
            .required("name", "text", "What people and scripts call it; each only once.", example: "web"),
            .optional(
                "id",
                "UUID",
                "Its id in the API.",
                default: "one that is derived from the name",
                example: "3f0c2f4e-7d1c-4a52-9f0e-5f6a7b8c9d0e"
            ),
            .optional(
                "enabled",
                "true or false",
                "Whether its schedule starts backups.",
                default: "true",
                example: "false"
            ),
            .required(
                "inclusions",
                "list of paths",
                "What is backed up: files and folders, each as a path or as a table with 'type' and 'path'.",
                example: "[/srv/web, {type: file, path: /etc/hosts}]",
                keys: pathKeys
            ),
            .optional(
                "exclusions",
                "list of paths and patterns",
                "What is left out: absolute paths, and patterns of restic's, in which a name matches at any depth and * ? [a-z] ** are wildcards; a backslash makes a character literal.",
                default: "none",
                example: "[\"*.tmp\", /srv/web/cache]",
                keys: pathKeys
            ),
            .optional(
                "schedule",
                "keys and values",
                "When 'moonkeep serve' backs it up by itself.",
                default: "never by itself",
                example:
                    "{recurrence: RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=3;BYMINUTE=30, time_zone: Europe/Berlin}",
                keys: scheduleKeys
            ),
            .optional(
                "retention",
                "whole number, or 'days'",
                "How many days backups are kept, 0 to 36500; 0 keeps them for ever.",
                default: "0",
                example: "30",
                keys: retentionKeys
            ),
            .optional(
                "keep",
                "keys and values",
                "Which backups stay, by the rules of 'restic forget', in the place of 'retention': what one of them keeps. The newest complete backup always does.",
                default: "'retention' says it",
                example: "{daily: 7, weekly: 5, monthly: 12}",
                keys: keepKeys
            ),
            .optional(
                "cleanup",
                "after_backup, daily or never",
                "When it is cleaned up by itself; 'moonkeep cleanup' does it at any time.",
                default: "what the site's 'cleanup' says",
                example: "after_backup"
            ),
            .optional(
                "notifications",
                "list of keys and values",
                "Who gets an e-mail when a backup is over; needs 'smtp'.",
                default: "nobody",
                example: "[{destination: ops@example.com}]",
                keys: notificationKeys
            ),
        ] + optionKeys
    )

    static let pathKeys = SiteKeys(
        of: "a path",
        [
            .required("type", "file or folder", "What the path is of.", example: "folder"),
            .required("path", "path", "The path as it stands, without wildcards.", example: "/srv/web"),
        ]
    )

    static let scheduleKeys = SiteKeys(
        of: "a schedule",
        [
            .required(
                "recurrence",
                "text",
                "One recurrence rule of iCalendar (RFC 5545).",
                example: "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=SU;BYHOUR=3;BYMINUTE=0"
            ),
            .required(
                "time_zone",
                "text",
                "The IANA name of the zone in which the rule is meant.",
                example: "Europe/Berlin"
            ),
        ]
    )

    static let retentionKeys = SiteKeys(
        of: "a retention",
        [
            .optional(
                "days",
                "whole number",
                "How many days backups are kept, 0 to 36500; 0 keeps them for ever.",
                default: "0",
                example: "30"
            )
        ]
    )

    static let notificationKeys = SiteKeys(
        of: "a notification",
        [
            .optional("type", "email", "How it is sent.", default: "email", example: "email"),
            .required(
                "destination",
                "text",
                "An e-mail address, without a name.",
                example: "ops@example.com"
            ),
            .optional(
                "on_success",
                "true or false",
                "Whether it tells of backups that went well.",
                default: "false",
                example: "true"
            ),
            .optional(
                "on_failure",
                "true or false",
                "Whether it tells of all others.",
                default: "true",
                example: "true"
            ),
        ]
    )
}
