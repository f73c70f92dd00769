import BackupAPI

/// The command lines of restic. Neither the repository nor its password is in them: every user can see argv.
enum ResticCommand {
    /// Arguments that make a snapshot of a configuration's paths.
    static func backup(
        _ draft: ConfigurationDraft,
        id: ResourceID<Configuration>,
        run: String,
        settings: LocalSettings
    ) -> [String] {
        var arguments: [String] = []
        if let limit = settings.uploadLimit { arguments += ["--limit-upload", String(limit)] }
        arguments += [
            "backup", "--json", "--tag", tag("run", run), "--tag", tag("configuration", id.rawValue),
        ]
        if let host = settings.hostName { arguments += ["--host", host] }
        for rule in draft.exclusions { arguments += ["--exclude", pattern(for: rule)] }
        return arguments + ["--"] + draft.inclusions.map(\.path)
    }

    /// restic cuts tags at commas and trims blanks.
    static func tag(_ name: String, _ value: String) -> String {
        let safe = value.map { $0 == "," || $0.isWhitespace ? "_" : String($0) }.joined()
        return "\(name):\(safe)"
    }

    /// A pattern that matches exactly one path and all below it; it begins with `/`, which anchors it.
    static func pattern(for rule: PathRule) -> String {
        rule.comparablePath.map { #"\*?[]"#.contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
