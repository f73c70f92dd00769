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

    /// Arguments that write the files of a snapshot below a folder.
    ///
    /// restic takes either `--include` or `--exclude`; a pattern that begins with `!` takes back what one before it
    /// matched.
    static func restore(_ snapshot: String, to target: String, inclusions: [PathRule], exclusions: [PathRule])
        -> [String]
    {
        let patterns = inclusions.map(pattern) + exclusions.map { "!" + pattern(for: $0) }
        return ["restore", "--json", "--target", target] + patterns.flatMap { ["--include", $0] } + [
            "--", snapshot,
        ]
    }

    /// Arguments that list what lies below paths of a snapshot, each in a line of JSON.
    static func list(_ snapshot: String, paths: [String], isRecursive: Bool) -> [String] {
        ["ls", "--json"] + (isRecursive ? ["--recursive"] : []) + ["--", snapshot] + paths
    }

    /// Arguments for a shell that forgets snapshots by the retention of their configurations, and then removes the
    /// data that no snapshot needs any more.
    static func cleanup(_ program: String, retentions: [(id: ResourceID<Configuration>, days: Int)])
        -> [String]
    {
        let script = """
            restic=$1
            shift
            while [ $# -gt 1 ]; do
                "$restic" forget --json --group-by '' --tag "$1" --keep-within "$2" || exit
                shift 2
            done
            exec "$restic" prune --json
            """
        return ["-c", script, "sh", program]
            + retentions.flatMap { [tag("configuration", $0.id.rawValue), "\($0.days)d"] }
    }

    /// Arguments that check the repository.
    static func check(_ data: CheckedData) -> [String] {
        let arguments = ["check", "--json"]
        return switch data {
        case .none: arguments
        case .all: arguments + ["--read-data"]
        case .percent(let percent): arguments + ["--read-data-subset=\(percent)%"]
        case .bytes(let bytes): arguments + ["--read-data-subset=\(bytes)B"]
        case .part(let part, let count): arguments + ["--read-data-subset=\(part)/\(count)"]
        }
    }

    /// The tags of a backup's snapshot.
    static func tags(of backup: BackupRow) -> [String] {
        [tag("run", backup.startKey ?? backup.id), tag("configuration", backup.configurationID)]
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
