/// The variables that a repository may be given for its connection, and the version of restic that reads them.
enum ConnectionVariable {
    /// The variables of restic's own that say how a repository is reached, by name or its beginning, and since when.
    private static let own: [(name: String, since: ResticVersion)] = [
        ("RESTIC_REST_USERNAME", ResticVersion(numbers: [0, 16, 1])),
        ("RESTIC_REST_PASSWORD", ResticVersion(numbers: [0, 16, 1])),
        ("RESTIC_CACERT", ResticVersion(numbers: [0, 16, 0])),
        ("RESTIC_TLS_CLIENT_CERT", ResticVersion(numbers: [0, 16, 0])),
        ("RESTIC_HTTP_USER_AGENT", ResticVersion(numbers: [0, 17, 0])),
        ("RESTIC_AWS_ASSUME_ROLE_", ResticVersion(numbers: [0, 17, 0])),
    ]

    /// What to say in the place of a variable.
    private static let replaced = [
        "RESTIC_REPOSITORY": "address", "RESTIC_REPOSITORY_FILE": "address",
        "RESTIC_PASSWORD": "password_file", "RESTIC_PASSWORD_FILE": "password_file",
        "RESTIC_PASSWORD_COMMAND": "password_command", "RESTIC_COMPRESSION": "compression",
        "RESTIC_PACK_SIZE": "pack_size", "RESTIC_CACHE_DIR": "cache",
        "RESTIC_READ_CONCURRENCY": "read_concurrency", "RESTIC_HOST": "host",
    ]

    /// Why a variable cannot be given; `nil` when it can.
    static func problem(of name: String) -> String? {
        if let key = replaced[name] { return "the variable '\(name)' is not handed on; say '\(key)'" }
        guard name.hasPrefix("RESTIC_"), !own.contains(where: { name.hasPrefix($0.name) }) else { return nil }
        return "the variable '\(name)' says nothing of a connection, and is not handed on"
    }

    /// The features that a repository's variables ask for.
    static func needed(by repository: RepositorySettings) -> [ResticFeature] {
        repository.environment.keys.sorted().compactMap { name in
            own.first { name.hasPrefix($0.name) }.map {
                ResticFeature(
                    "environment: \(name)",
                    of: "the repository '\(repository.name)'",
                    since: $0.since
                )
            }
        }
    }
}
