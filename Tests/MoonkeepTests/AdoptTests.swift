import Foundation
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct AdoptTests {
    private static let siteFile = """
        configurations:
          - {name: web, inclusions: [source], keep: {last: 2}}

        """

    /// Makes a repository with three snapshots of a host that plain restic has made.
    private func makeForeign(_ site: TestSite) async throws {
        try #require(try await site.restic("init").exitCode == 0)
        for day in 1...3 {
            try site.write("day \(day)", to: "source/a.txt")
            let made = try await site.restic(
                "backup",
                "--host",
                "web-01",
                "--tag",
                "nightly",
                "--time",
                "2026-01-0\(day) 03:00:00",
                site.path("source")
            )
            try #require(made.exitCode == 0, "\(made)")
        }
    }

    @Test func `a group is shown, taken in when that is said, and is the configuration's then`() async throws
    {
        try await withSite(Self.siteFile) { site in
            try await makeForeign(site)
            let shown = try await site.moonkeep("adopt")
            #expect(shown.exitCode == 0)
            let line = try #require(shown.output.split(separator: "\n").last)
            #expect(line.contains("  web-01  "))
            #expect(line.hasSuffix("  nobody's  nightly  \(site.path("source"))"))
            let group = try #require(try await site.moonkeep("adopt", "--json").jsonList().first)
            #expect(group["owner"] as? String == "nobody")
            #expect((group["snapshots"] as? [String])?.count == 3)
            let id = try #require(group["id"] as? String)
            #expect(line.hasPrefix(id))

            let refused = try await site.moonkeep("adopt", id, "--as", "web")
            #expect(refused.exitCode == 2)
            #expect(
                refused.error
                    == "moonkeep: nobody can be asked whether to take them in. Look at what is shown without --as; if it is what you "
                    + "mean, run this with --yes.\n"
            )
            #expect(try await site.moonkeep("backups").output == "There are no backups yet.\n")

            let done = try await site.moonkeep(
                "adopt",
                "--host",
                "web-01",
                "--path",
                site.path("source"),
                "--as",
                "web",
                "--yes"
            )
            #expect(done.exitCode == 0, "\(done)")
            #expect(
                done.output.hasSuffix(
                    """
                    3 backups more of 'web'
                    Its rules count for them too: 'moonkeep cleanup --plan' shows what a cleanup would remove.

                    """
                )
            )
            let backups = try await site.moonkeep("backups", "--json").jsonList()
            #expect(backups.count == 3)
            let oldest = try #require(backups.last?["id"] as? String)
            let restored = try await site.moonkeep("restore", oldest, "--to", "restored")
            #expect(restored.exitCode == 0, "\(restored)")
            #expect(try site.text("restored\(site.path("source"))/a.txt") == "day 1")
        }
    }

    @Test(arguments: [
        (
            ["zzzz", "--as", "web", "--yes"],
            "the repository has no group of snapshots 'zzzz'. 'moonkeep adopt' shows them."
        ),
        (
            ["--host", "web-02", "--as", "web", "--yes"],
            "the repository has no snapshots of host 'web-02'. Did you mean 'web-01'?"
        ),
        (
            ["--host", "web-01", "--as", "wbe", "--yes"],
            "no configuration is called 'wbe'. Did you mean 'web'?"
        ),
    ])
    func `what is not there is an error that helps`(words: [String], message: String) async throws {
        try await withSite(Self.siteFile) { site in
            try await makeForeign(site)
            let ended = try await site.start(["adopt"] + words).end()
            #expect(ended == Ended(exitCode: 2, output: ended.output, error: "moonkeep: \(message)\n"))
        }
    }

    @Test func `options that do not go together are wrong usage`() async throws {
        try await withSite(Self.siteFile) { site in
            for words in [
                ["--as", "web"], ["--path", "/a"], ["--agent", "a"], ["--from-others"],
                ["--all-of-this-site", "--as", "web", "--host", "h"], ["--host", ""],
            ] {
                let ended = try await site.start(["adopt"] + words).end()
                #expect(ended.exitCode == 2, "\(words)")
                #expect(ended.error.hasPrefix("moonkeep: "), "\(words): \(ended.error)")
            }
        }
    }

    @Test func `a machine that lost its state has its backups again`() async throws {
        try await withSite(Self.siteFile) { site in
            #expect(try await site.run(TestSite.backUp).exitCode == 0)
            try site.write("changed", to: "source/a.txt")
            #expect(try await site.run(TestSite.backUp).exitCode == 0)
            let before = try await site.moonkeep("backups", "--json").jsonList()
            try site.remove("state")
            #expect(try await site.moonkeep("backups").output == "There are no backups yet.\n")
            let done = try await site.moonkeep("adopt", "--all-of-this-site", "--yes")
            #expect(done.exitCode == 0, "\(done)")
            #expect(done.output.contains("2 backups are listed again\n"))
            #expect(done.output.contains("Not in the repository, and so not back: backups that failed"))
            let after = try await site.moonkeep("backups", "--json").jsonList()
            #expect(after.count == 2)
            for key in ["state", "snapshot_id", "restorable"] {
                #expect(after.map { "\($0[key] ?? "")" } == before.map { "\($0[key] ?? "")" }, "\(key)")
            }
            for key in ["agent", "configuration"] {
                #expect(after.map { $0[key] as? NSDictionary } == before.map { $0[key] as? NSDictionary })
            }
            let oldest = try #require(after.last?["id"] as? String)
            #expect(try await site.moonkeep("restore", oldest, "--to", "restored").exitCode == 0)
            #expect(try site.text("restored\(site.path("source"))/a.txt") == "one")
        }
    }

    @Test func `a repository without this site's snapshots is no lost machine`() async throws {
        try await withSite(Self.siteFile) { site in
            try await makeForeign(site)
            let ended = try await site.moonkeep("adopt", "--all-of-this-site", "--yes")
            #expect(ended.exitCode == 2)
            #expect(ended.error.hasPrefix("moonkeep: no snapshot in the repository was made on host '"))
            #expect(ended.error.hasSuffix("groups of plain restic are taken in with --as.\n"))
        }
    }
}
