/// The keys of repositories.
extension SiteFile {
    static let passwordCommandKey = SiteKey.optional(
        "password_command",
        "list of texts",
        "A program that prints the repository's password, and its arguments, in the place of 'password_file'.",
        default: "none",
        example: "[pass, show, restic]"
    )

    static let uploadLimitKey = SiteKey.optional(
        "upload_limit",
        "whole number",
        "At most so many KiB a second to the repository, 1 to 10000000.",
        default: "no limit",
        example: "2048"
    )

    static let environmentKey = SiteKey.optional(
        "environment",
        "names with values, or list of names",
        "Variables that restic gets for it: values, secret:NAME for a secret, or nothing (or a list of names) for those of this process.",
        default: "none but the usual ones",
        example: "{AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: \"secret:s3/key\", SSH_AUTH_SOCK: }"
    )

    static let repositoryKeys = SiteKeys(
        of: "a repository",
        [
            .required(
                "name",
                "text",
                "What configurations call it: lower-case letters, digits, - and _. 'main' has what was made before there was a list.",
                example: "offsite"
            ),
            .required(
                "address",
                "path or address",
                "Where it is; see 'repository'.",
                example: "sftp:backup@nas:/srv/restic"
            ),
            .optional(
                "password_file",
                "path",
                "The file that holds its password; only its owner may read it.",
                default: "the file 'password' beside the file",
                example: "/etc/moonkeep/password"
            ),
            passwordCommandKey,
            environmentKey,
            .optional(
                "options",
                "names with texts",
                "restic's extended options (-o) of the address's kind.",
                default: "none",
                example: "{sftp.connections: 4}"
            ),
            .optional(
                "compression",
                "auto, off or max",
                "How new data is compressed.",
                default: "restic's own, auto",
                example: "max"
            ),
            .optional(
                "cache",
                "true, false or path",
                "Whether restic keeps what it often needs of the repository on this machine, and where.",
                default: "true, in its usual folder",
                example: "false"
            ),
            uploadLimitKey,
            .optional(
                "download_limit",
                "whole number",
                "At most so many KiB a second from it, 1 to 10000000.",
                default: "no limit",
                example: "8192"
            ),
            .optional(
                "pack_size",
                "whole number",
                "The size of new packs in MiB, 4 to 128.",
                default: "restic's own, 16",
                example: "64"
            ),
        ]
    )
}
