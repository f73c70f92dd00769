import BackupAPI

/// The environment of restic: empty, but for an allow list and what the settings say.
///
/// A stray `RESTIC_REPOSITORY` or `RESTIC_PASSWORD` of the host would let restic work on another repository.
enum ResticEnvironment {
    /// What every program needs.
    private static let common: Set<String> = ["PATH", "HOME", "TMPDIR", "LANG", "TZ"]
    private static let names: Set<String> = [
        "XDG_CACHE_HOME", "RESTIC_CACHE_DIR",
        "http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
        "ALL_PROXY",
    ]
    private static let prefixes = ["AWS_", "B2_", "AZURE_", "OS_", "GOOGLE_", "RCLONE_", "ST_"]

    /// Throws what the look-up of a secret throws.
    static func make(_ settings: LocalSettings, _ repository: RepositorySettings) async throws -> [String:
        String]
    {
        var environment = settings.environment.filter { name, _ in
            isCommon(name) || names.contains(name) || prefixes.contains { name.hasPrefix($0) }
        }
        for (name, value) in try await values(of: repository.environment, settings) {
            environment[name] = value
        }
        environment["RESTIC_REPOSITORY"] = repository.address
        switch repository.password {
        case .file(let path): environment["RESTIC_PASSWORD_FILE"] = path
        case .command(let words): environment["RESTIC_PASSWORD_COMMAND"] = ResticWords.joined(words)
        }
        environment["RESTIC_PROGRESS_FPS"] = "5"
        return environment
    }

    /// Whether every program gets a variable.
    static func isCommon(_ name: String) -> Bool { common.contains(name) || name.hasPrefix("LC_") }

    /// What variables are set to; those that inherit nothing are left out.
    static func values(of variables: [String: EnvironmentValue], _ settings: LocalSettings) async throws
        -> [String: String]
    {
        var values: [String: String] = [:]
        for (name, value) in variables {
            switch value {
            case .text(let text): values[name] = text
            case .secret(let secret): values[name] = try await settings.secret(secret)
            case .inherited: values[name] = settings.environment[name]
            }
        }
        return values
    }
}
