/// The keys of a site file. A key is added here, with its help, and read where its part is read; each has to be in the help
/// and its example to be readable, which tests look at.
extension SiteFile {
    static let keys = SiteKeys(of: "a site", commonKeys + localKeys + cloudKeys)

    private static let commonKeys: [SiteKey] = [
        .optional(
            "service",
            "local or cloud",
            "What does the backups: restic on this machine, or the Cloud Backup API over HTTP.",
            default: "local",
            example: "local"
        ),
        .optional(
            "server",
            "keys and values",
            "Where 'moonkeep serve' listens, and what its clients may do.",
            default: "this host alone, on port 8080",
            example: "{port: 8081}",
            keys: serverKeys
        ),
        .optional(
            "smtp",
            "keys and values",
            "How e-mails leave this host: those of notifications, and of scripts.",
            default: "none are sent",
            example: "{host: mail.example.com, from: backups@example.com}",
            keys: mailKeys
        ),
        .optional(
            "notify",
            "names with lists of texts",
            "Names for targets of notify.send; each target is a notifier and, after a colon, whom it tells.",
            default: "none",
            example: "{ops: [\"slack:ops\", \"email:ops@example.com\"]}"
        ),
        .optional(
            "metrics",
            "keys and values",
            "Where figures for Prometheus are written.",
            default: "nowhere",
            example: "{textfile: /var/lib/prometheus/node-exporter}",
            keys: metricsKeys
        ),
        .optional(
            "secrets",
            "keys and values",
            "Where secrets of scripts are, beside the folder 'secrets' and the credentials of systemd.",
            default: "nowhere else",
            example: "{environment: {pg/password: PGPASSWORD}}",
            keys: secretKeys
        ),
        .optional(
            "plugins",
            "names with keys and values",
            "Settings of plugins, by the plugin's name; 'moonkeep plugins NAME' shows which there are.",
            default: "what the plugins say",
            example: "{ntfy: {server: \"https://ntfy.example.org\"}}"
        ),
    ]

    /// What means nothing with 'service: cloud'.
    static let localKeys: [SiteKey] = [
        .optional(
            "repository",
            "path or address",
            "Where restic keeps the backups: a folder, or an address such as sftp:user@host:/path or s3:https://host/bucket.",
            default: "the folder 'repository' beside the file",
            example: "sftp:backup@nas:/srv/restic"
        ),
        .optional(
            "password_file",
            "path",
            "The file that holds the repository's password; only its owner may read it.",
            default: "the file 'password' beside the file",
            example: "/etc/moonkeep/password"
        ),
        .optional(
            "restic",
            "name or path",
            "The restic program; a name is looked up in PATH.",
            default: "restic",
            example: "/usr/local/bin/restic"
        ),
        passwordCommandKey,
        uploadLimitKey,
        .optional(
            "cleanup",
            "after_backup, daily or never",
            "When configurations are cleaned up that do not say it themselves: after each of their backups, once a day after the day's first backup, or only by 'moonkeep cleanup' and scripts.",
            default: "never",
            example: "daily"
        ),
        .optional(
            "repositories",
            "list of keys and values",
            "Several repositories, in the place of 'repository', 'password_file', 'password_command' and 'upload_limit'.",
            default: "the one of 'repository'",
            example: "[{name: offsite, address: \"sftp:backup@nas:/srv/restic\"}]",
            keys: repositoryKeys
        ),
        .optional(
            "parallel",
            "whole number",
            "At most so many backups at one time, 1 to 1000; the others wait in order.",
            default: "4",
            example: "2"
        ),
        .optional(
            "configurations",
            "list of keys and values",
            "What to back up.",
            default: "none",
            example: "[{name: web, inclusions: [/srv/web]}]",
            keys: configurationKeys
        ),
    ]

    /// What means nothing with 'service: local'.
    static let cloudKeys: [SiteKey] = [
        .optional(
            "cloud",
            "keys and values",
            "The Cloud Backup API; needs 'service: cloud'.",
            default: "none",
            example: "{url: \"https://backup.example.com/v2\", token_file: token}",
            keys: cloudServiceKeys
        )
    ]
}
