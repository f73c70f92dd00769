import Foundation
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct CleanUpTests {
    private static let siteFile = """
        configurations:
          - {name: web, inclusions: [source], keep: {last: 1}}
          - {name: archive, inclusions: [home]}

        """

    /// Which backups can be restored, the newest first.
    private func restorable(_ site: TestSite) async throws -> [Bool?] {
        try await site.moonkeep("backups", "--json").jsonList().map { $0["restorable"] as? Bool }
    }

    @Test func `a run cleans up after its backup where the site says so, and else nothing goes`() async throws
    {
        for (cleanup, left) in [("never", [true, true]), ("after_backup", [true, false])] {
            try await withSite("cleanup: \(cleanup)\n" + Self.siteFile) { site in
                for _ in 0..<2 {
                    let ended = try await site.run(TestSite.backUp)
                    #expect(ended.exitCode == 0)
                    #expect(!ended.error.contains("cleanup"))
                }
                #expect(try await restorable(site) == left)
            }
        }
    }

    @Test func `a cleanup after a backup that fails is told, and a warning`() async throws {
        let siteFile = "cleanup: after_backup\nrestic: fake\n" + Self.siteFile
        try await withSite(siteFile.replacing("restic: fake", with: "restic: ./fake")) { site in
            try site.write(
                """
                #!/bin/sh
                case "$*" in *prune*) echo 'prune is broken' >&2; exit 1 ;; esac
                exec /usr/bin/restic "$@"
                """,
                to: "fake"
            )
            try site.setMode(0o755, of: "fake")
            let ended = try await site.run(TestSite.backUp)
            #expect(ended.exitCode == 3)
            #expect(
                ended.error.hasSuffix(
                    "moonkeep: the cleanup that was due ended as failed: restic failed with exit code 1: prune is broken\n"
                )
            )
            #expect(try await restorable(site) == [true])
        }
    }

    @Test func `a plan shows what would go and why the others stay, and changes nothing`() async throws {
        try await withSite(Self.siteFile) { site in
            for _ in 0..<3 { _ = try await site.run(TestSite.backUp) }
            let ids = try await site.moonkeep("backups", "--json").jsonList().compactMap {
                $0["id"] as? String
            }
            let shown = try await site.moonkeep("cleanup", "--plan")
            #expect(shown.exitCode == 0)
            let lines = shown.output.split(separator: "\n", omittingEmptySubsequences: false)
            try #require(lines.count == 7, "\(shown)")
            #expect(lines[0] == "archive: for ever; no snapshots")
            #expect(lines[2] == "web: last 1; 2 of 3 would go")
            #expect(lines[3].hasPrefix("  ✓ "))
            #expect(
                lines[3].hasSuffix("  backup \(ids[0].prefix(8))  last snapshot, the newest complete backup")
            )
            #expect(lines[4].hasPrefix("  ✗ "))
            #expect(lines[4].hasSuffix("  backup \(ids[1].prefix(8))  would go"))
            let plan = try await site.moonkeep("cleanup", "--plan", "--json", "web").jsonList()
            #expect(plan.count == 1)
            let snapshots = try #require(plan.first?["snapshots"] as? [[String: Any]])
            #expect(snapshots.map { $0["backup"] as? String } == ids)
            #expect(snapshots.map { $0["stays"] as? Bool } == [true, false, false])
            #expect(try await restorable(site) == [true, true, true])
        }
    }

    @Test func `a cleanup is a run that says what it removed`() async throws {
        try await withSite(Self.siteFile) { site in
            for _ in 0..<3 { _ = try await site.run(TestSite.backUp) }
            let ended = try await site.moonkeep("cleanup", "web")
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.output.contains("removed 2 backups"), "\(ended)")
            #expect(try await restorable(site) == [true, false, false])
            #expect(try await site.moonkeep("runs").output.contains("moonkeep cleanup"))
            #expect(try await site.moonkeep("cleanup").output.contains("removed no backup"))
        }
    }

    @Test func `rules that keep nothing are a warning`() async throws {
        try await withSite("configurations: [{name: web, inclusions: [source], keep: {tags: [nosuch]}}]\n") {
            site in
            // Two, because the newest complete one stays whatever the rules say.
            for _ in 0..<2 { _ = try await site.run(TestSite.backUp) }
            let ended = try await site.moonkeep("cleanup")
            #expect(ended.exitCode == 3, "\(ended)")
            #expect((ended.output + ended.error).contains("would keep none of its 2 snapshots"))
            #expect(try await restorable(site) == [true, true])
        }
    }

    @Test(arguments: [
        ("wbe", "no configuration is called 'wbe'. Did you mean 'web'?"),
        (
            "archive",
            "the backups of 'archive' stay for ever, and nothing of it can be cleaned up. Give it 'keep' or 'retention': "
                + "'moonkeep help moonkeep.yaml configurations.keep' says how."
        ),
    ])
    func `what cannot be cleaned up is wrong usage`(name: String, message: String) async throws {
        try await withSite(Self.siteFile) { site in
            let ended = try await site.moonkeep("cleanup", name)
            #expect(ended == Ended(exitCode: 2, output: "", error: "moonkeep: \(message)\n"))
        }
    }
}
