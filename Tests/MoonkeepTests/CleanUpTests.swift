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
}
