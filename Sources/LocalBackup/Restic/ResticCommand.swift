import BackupAPI
import HostSystem

/// The command lines of restic. Neither the repository nor its password is in them: every user can see argv.
enum ResticCommand {
    /// Arguments that make a snapshot of a configuration's paths. What is taken and what is left out is written into the two files,
    /// so that no list is too long. Throws `storage` and `disk_full`.
    static func backup(
        _ draft: ConfigurationDraft,
        tags: [String],
        leavingOut own: [PathRule],
        parent: String? = nil,
        inclusionsFile: String,
        exclusionsFile: String,
        host: String?
    ) throws -> [String] {
        var arguments = ["backup", "--json"] + (tags + draft.options.tags).flatMap { ["--tag", $0] }
        if let host { arguments += ["--host", host] }
        if let parent { arguments += ["--parent", parent] }
        arguments += draft.options.arguments
        let patterns =
            draft.exclusionPatterns
            + (draft.exclusions + own).map { ResticPattern.literal($0.comparablePath) }
        if !patterns.isEmpty {
            try OwnerFile.write(ResticPattern.file(patterns), to: exclusionsFile)
            arguments += ["--exclude-file", exclusionsFile]
            // A line has no way to say a line end.
            for pattern in patterns where ResticPattern.needsArgument(pattern) {
                arguments += ["--exclude", pattern]
            }
        }
        try OwnerFile.write(draft.inclusions.map { $0.path + "\0" }.joined(), to: inclusionsFile)
        return arguments + ["--files-from-raw", inclusionsFile]
    }

    /// Arguments that write the files of a snapshot below a folder; all of them where the root is included.
    ///
    /// restic takes either `--include` or `--exclude`; a pattern that begins with `!` takes back what one before it
    /// matched.
    static func restore(_ snapshot: String, to target: String, inclusions: [PathRule], exclusions: [PathRule])
        -> [String]
    {
        let excluded = exclusions.map { ResticPattern.literal($0.comparablePath) }
        let patterns =
            PathTree(inclusions).rule(at: "/") != nil
            ? excluded.flatMap { ["--exclude", $0] }
            : (inclusions.map { ResticPattern.literal($0.comparablePath) } + excluded.map { "!" + $0 })
                .flatMap { ["--include", $0] }
        return ["restore", "--json", "--target", target] + patterns + ["--", snapshot]
    }

    /// Arguments that list what lies below paths of a snapshot, each in a line of JSON.
    static func list(_ snapshot: String, paths: [String], isRecursive: Bool) -> [String] {
        ["ls", "--json"] + (isRecursive ? ["--recursive"] : []) + ["--", snapshot] + paths
    }

    /// Arguments that say what a policy would keep and remove of the snapshots with these tags, and remove nothing.
    ///
    /// The snapshots are one group, whatever their hosts and paths: they are one configuration's.
    static func plan(tags: [String], host: String?, policy: RetentionPolicy) -> [String] {
        [
            "forget", "--dry-run", "--no-lock", "--json", "--group-by", "", "--tag",
            tags.joined(separator: ","),
        ]
            + (host.map { ["--host", $0] } ?? []) + policy.options
    }

    /// Arguments that give snapshots the tags by which they are ours, and take those of others away.
    static func mark(_ snapshots: [String], adding: [String], removing: [String]) -> [String] {
        ["tag"] + adding.flatMap { ["--add", $0] } + removing.flatMap { ["--remove", $0] } + ["--"]
            + snapshots
    }

    /// Arguments for a shell that forgets snapshots, and then removes the data that no snapshot needs any more.
    static func cleanup(_ program: String, flags: [String], forgetting snapshots: [String]) -> [String] {
        let flags = flags.map { " '\($0.replacing("'", with: #"'\''"#))'" }.joined()
        // A thousand ids are 65 KB, and one argument may have twice that.
        let script = """
            restic=$1
            shift
            while [ $# -gt 0 ]; do
                "$restic"\(flags) forget --json $1 || exit
                shift
            done
            exec "$restic"\(flags) prune --json
            """
        let lists = stride(from: 0, to: snapshots.count, by: 500).map { start in
            snapshots[start..<min(start + 500, snapshots.count)].joined(separator: " ")
        }
        return ["-c", script, "sh", program] + lists
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

    /// The tags that a new snapshot gets: whose it is, of which configuration, and of which run.
    static func tags(agent: ResourceID<Agent>, configuration: String, run: String) -> [String] {
        [tag("run", run), tag("configuration", configuration), tag("agent", agent.rawValue)]
    }

    /// restic cuts tags at commas and trims blanks.
    static func tag(_ name: String, _ value: String) -> String {
        var safe = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            safe.append(scalar == "," || scalar.properties.isWhitespace ? "_" : scalar)
        }
        return "\(name):\(String(safe))"
    }
}

extension BackupOptions {
    /// restic's own words for what is taken of the files, and how.
    fileprivate var arguments: [String] {
        var arguments = excludeFiles.flatMap { ["--exclude-file", $0] }
        arguments += excludeIfPresent.flatMap { ["--exclude-if-present", $0] }
        if excludeCaches { arguments.append("--exclude-caches") }
        if let excludeLargerThan { arguments += ["--exclude-larger-than", String(excludeLargerThan)] }
        if oneFileSystem { arguments.append("--one-file-system") }
        if ignoreInode { arguments.append("--ignore-inode") }
        if withAccessTime { arguments.append("--with-atime") }
        if let readConcurrency { arguments += ["--read-concurrency", String(readConcurrency)] }
        if skipIfUnchanged { arguments.append("--skip-if-unchanged") }
        return arguments
    }
}
