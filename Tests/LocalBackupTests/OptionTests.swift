import BackupAPI
import Foundation
import LocalBackup
import Testing

/// What a configuration says in restic's words.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct OptionTests {
    /// The names that a backup has below the source, with these options.
    private func names(_ site: TestSite, _ change: (inout BackupOptions) -> Void) async throws -> Set<String>
    {
        var settings = site.settings()
        change(&settings.configurations[0].options)
        let backup = try await site.open(settings).runNightly()
        #expect(backup.state == .completed)
        return try site.snapshotNames().subtracting(["source"])
    }

    @Test func `a folder with a file of a given name is left out, but for that file`() async throws {
        try await withSite { site in
            for folder in ["kept", "left"] {
                try FileManager.default.createDirectory(
                    atPath: "\(site.source)/\(folder)",
                    withIntermediateDirectories: true
                )
                try site.write("x", to: "source/\(folder)/in-\(folder)")
            }
            try site.write("", to: "source/left/.nobackup")
            let names = try await names(site) { $0.excludeIfPresent = [".nobackup"] }
            #expect(names.isSuperset(of: ["a.txt", "in-kept", "left", ".nobackup"]))
            #expect(!names.contains("in-left"))
        }
    }

    @Test func `caches, large files and what files of patterns name are left out`() async throws {
        try await withSite { site in
            try FileManager.default.createDirectory(
                atPath: site.source + "/cache",
                withIntermediateDirectories: true
            )
            try site.write(
                "Signature: 8a477f597d28d172789f06886806bc55",
                to: "source/cache/CACHEDIR.TAG"
            )
            try site.write("x", to: "source/cache/page")
            try site.writeRandomBytes(3_000, to: "source/large")
            try site.write("x", to: "source/scratch.tmp")
            try site.write("# what nobody needs\n*.tmp\n", to: "patterns")
            let names = try await names(site) { options in
                options.excludeCaches = true
                options.excludeLargerThan = 2_000
                options.excludeFiles = [site.folder + "/patterns"]
            }
            #expect(names.isSuperset(of: ["a.txt", "b.txt", "cache"]))
            #expect(names.isDisjoint(with: ["page", "large", "scratch.tmp"]))
        }
    }

    @Test func `tags and the host's name are those of the configuration, beside the service's own`()
        async throws
    {
        try await withSite { site in
            _ = try await names(site) { options in
                options.tags = ["kind:files", "nightly run"]
                options.host = "web-01"
                options.oneFileSystem = true
                options.ignoreInode = true
                options.withAccessTime = true
            }
            struct Snapshot: Decodable { var hostname: String, tags: [String] }
            let text = try site.restic("snapshots", "--json")
            let snapshot = try #require(
                JSONDecoder().decode([Snapshot].self, from: Data(text.utf8)).first
            )
            #expect(snapshot.hostname == "web-01")
            #expect(snapshot.tags.contains("kind:files") && snapshot.tags.contains("nightly run"))
            #expect(snapshot.tags.contains { $0.hasPrefix("agent:") })
        }
    }

    @Test func `forty thousand inclusions, also of odd names, are not too many`() async throws {
        try await withSite { site in
            let odd = ["a\nb", "*", "-x", "$HOME"]
            for name in odd { try site.write(name, to: "source/" + name) }
            let missing = (0..<40_000).map { "\(site.source)/a-rather-long-name-of-a-file-\($0)" }
            let settings = site.settings(inclusions: odd.map { "\(site.source)/\($0)" } + missing)
            let backup = try await site.open(settings).runNightly()
            #expect(backup.state == .completedWithErrors)
            #expect(backup.errors.count == missing.count)
            #expect(backup.filesSearched == odd.count)
        }
    }

    @Test func `a file of patterns that is missing fails the backup, and is named`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.configurations[0].options.excludeFiles = [site.folder + "/nowhere"]
            let backup = try await site.open(settings).runNightly()
            #expect(backup.state == .failed)
            #expect(backup.errors.reason == "pattern_file_missing")
            #expect(
                backup.errors.diagnostics
                    == "the file of patterns '\(site.folder)/nowhere' is not there, and the configuration 'nightly' leaves "
                    + "out what it names. Put it there, or take it out of 'exclude_files'."
            )
        }
    }

    @Test(arguments: ["0.14.0", "0.16.4"])
    func `what the installed version does not know is an error that names the version that does`(
        version: String
    )
        async throws
    {
        try await withSite { site in
            var settings = site.settings()
            settings.configurations[0].options.skipIfUnchanged = true
            settings.resticProgram = try site.writeScript(
                """
                #!/bin/sh
                case "$*" in
                version*) echo 'restic \(version) compiled' ;;
                cat*) echo '{"version": 2}' ;;
                *) touch '\(site.folder)/called'; exit 1 ;;
                esac
                """,
                to: "fake"
            )
            let backup = try await site.open(settings).runNightly()
            #expect(backup.errors.reason == "tool_missing")
            #expect(
                backup.errors.diagnostics
                    == "restic \(version) ('\(site.folder)/fake') does not know what 'skip_if_unchanged' of the configuration "
                    + "'nightly' asks for; 0.17.0 and newer do. Install restic 0.17.0 or newer, and name its path with "
                    + "'restic' in the site file, or take the key out."
            )
            #expect(site.text("called") == nil)
        }
    }

    /// Options of which one is changed.
    private static func options(_ change: (inout BackupOptions) -> Void) -> BackupOptions {
        var options = BackupOptions()
        change(&options)
        return options
    }

    @Test(arguments: [
        (
            options { $0.tags = ["a,b"] },
            "tags: 'a,b' is empty, or has a comma, or a blank at its begin or end"
        ),
        (
            options { $0.tags = ["agent:x"] },
            "tags: 'agent:x' begins with 'agent:', by which the service knows its own snapshots"
        ),
        (
            options { $0.excludeIfPresent = ["a/b"] },
            "exclude_if_present: 'a/b' is not the name of a file, which has no '/'"
        ),
        (options { $0.excludeLargerThan = 0 }, "exclude_larger_than: 0 is less than 1 byte"),
        (options { $0.excludeFiles = ["x"] }, "exclude_files: 'x' is not an absolute path"),
        (options { $0.host = "a b" }, "host: 'a b' is not the name of a host"),
        (options { $0.readConcurrency = 0 }, "read_concurrency: 0 is not from 1 to 1000"),
    ])
    func `options that cannot be followed keep the service from opening`(
        options: BackupOptions,
        problem: String
    ) async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.configurations[0].options = options
            let error = await #expect(throws: BackupError.self) { _ = try await site.open(settings) }
            #expect(error?.message == "configuration 'nightly': \(problem)")
        }
    }
}
