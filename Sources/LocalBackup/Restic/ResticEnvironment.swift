/// The environment of restic: empty, but for an allow list and what the settings say.
///
/// A stray `RESTIC_REPOSITORY` or `RESTIC_PASSWORD` of the host would let restic work on another repository.
enum ResticEnvironment {
    private static let names: Set<String> = [
        "PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", "RESTIC_CACHE_DIR", "LANG", "TZ",
        "http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
        "ALL_PROXY",
    ]
    private static let prefixes = ["LC_", "AWS_", "B2_", "AZURE_", "OS_", "GOOGLE_", "RCLONE_", "ST_"]

    static func make(_ settings: LocalSettings) -> [String: String] {
        var environment = settings.environment.filter { name, _ in
            names.contains(name) || prefixes.contains { name.hasPrefix($0) }
        }
        environment["RESTIC_REPOSITORY"] = settings.repository
        environment["RESTIC_PASSWORD_FILE"] = settings.passwordFile
        environment["RESTIC_PROGRESS_FPS"] = "5"
        return environment
    }
}
