/// The keys of a configuration that say in restic's words how it is backed up.
extension SiteFile {
    private static let repositoryKey = SiteKey.optional(
        "repository",
        "text",
        "The name of the repository that its backups go to.",
        default: "the first",
        example: "main"
    )

    static let optionKeys: [SiteKey] = [repositoryKey] + exclusionKeys + snapshotKeys + readingKeys

    private static let exclusionKeys: [SiteKey] = [
        .optional(
            "patterns",
            "list of patterns",
            "What is left out besides, in restic's patterns as they stand; ! before one takes back what those before it leave out.",
            default: "none",
            example: "[\"*.log\", \"!important.log\"]"
        ),
        .optional(
            "exclude_files",
            "list of paths",
            "Files with restic's patterns of what is left out, one in a line; one that is missing fails the backup.",
            default: "none",
            example: "[/etc/moonkeep/exclude.txt]"
        ),
        .optional(
            "exclude_if_present",
            "list of texts",
            "A folder that has a file of one of these names is left out, but for that file; NAME:HEADER also asks for how it begins.",
            default: "none",
            example: "[.nobackup]"
        ),
        .optional(
            "exclude_caches",
            "true or false",
            "Whether folders are left out that a file CACHEDIR.TAG marks as caches.",
            default: "false",
            example: "true"
        ),
        .optional(
            "exclude_larger_than",
            "size",
            "Larger files are left out.",
            default: "no limit",
            example: "2GiB"
        ),
        .optional(
            "one_file_system",
            "true or false",
            "Whether file systems that are mounted below the inclusions are left out.",
            default: "false",
            example: "true"
        ),
    ]

    private static let snapshotKeys: [SiteKey] = [
        .optional(
            "tags",
            "list of texts",
            "Tags that the snapshots get beside those by which Moonkeep knows them.",
            default: "none",
            example: "[web, weekly]"
        ),
        .optional(
            "host",
            "text",
            "The host's name in the snapshots.",
            default: "this machine's",
            example: "web-01"
        ),
        .optional(
            "skip_if_unchanged",
            "true or false",
            "Whether no snapshot is made where nothing has changed since the last one; needs restic 0.17.",
            default: "false",
            example: "true"
        ),
    ]

    private static let readingKeys: [SiteKey] = [
        .optional(
            "ignore_inode",
            "true or false",
            "Whether a file that only has another inode counts as unchanged, as on file systems that make them up.",
            default: "false",
            example: "true"
        ),
        .optional(
            "with_atime",
            "true or false",
            "Whether the time of each file's last access is stored.",
            default: "false",
            example: "true"
        ),
        .optional(
            "read_concurrency",
            "whole number",
            "How many files are read at one time, 1 to 1000; needs restic 0.15.",
            default: "restic's own, 2",
            example: "4"
        ),
    ]
}
