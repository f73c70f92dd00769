import Foundation
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(2)))
struct UnlockTests {
    /// Leaves the exclusive lock of a restic that somebody has started by hand and that was killed.
    private func leaveLock(in site: TestSite) async throws {
        let script = """
            restic check --read-data >/dev/null 2>&1 & check=$!
            until ls repository/locks | grep -Eq '^[0-9a-f]{64}$'; do sleep 0.01; done
            kill -KILL $check; wait $check
            """
        let environment = [
            "RESTIC_REPOSITORY": site.path("repository"), "RESTIC_PASSWORD_FILE": site.path("password"),
        ]
        _ = try await site.execute("/bin/sh", "-c", script, environment: environment)
        try #require(try site.names(in: "repository/locks").count == 1)
    }

    @Test func `a lock that somebody has left is shown, and goes when a person says so`() async throws {
        try await withSite { site in
            #expect(try await site.run(TestSite.backUp).exitCode == 0)
            #expect(try await site.moonkeep("unlock").output == "The repository has no lock.\n")
            try await leaveLock(in: site)
            let failed = try await site.run(TestSite.backUp)
            #expect(failed.exitCode == 1)
            #expect(
                failed.error.contains("'moonkeep unlock' shows the locks and removes them")
                    || failed.output.contains("'moonkeep unlock' shows the locks and removes them")
            )
            let refused = try await site.moonkeep("unlock")
            #expect(refused.exitCode == 2)
            #expect(refused.output.contains("exclusive"))
            #expect(
                refused.error
                    == "moonkeep: nobody can be asked whether to remove the locks. When no restic uses the repository any more, "
                    + "on no host, run this with --yes.\n"
            )
            #expect(try site.names(in: "repository/locks").count == 1)
            let removed = try await site.moonkeep("unlock", "--yes")
            #expect(removed.exitCode == 0)
            #expect(removed.output.hasSuffix("removed 1 lock\n"))
            #expect(try await site.run(TestSite.backUp).exitCode == 0)
        }
    }

    @Test func `a person can make the repository, and only where there is none`() async throws {
        try await withSite { site in
            let made = try await site.moonkeep("init", "--repository")
            #expect(made.exitCode == 0, "\(made)")
            #expect(made.output == "made the repository \(site.path("repository"))\n")
            let again = try await site.moonkeep("init", "--repository")
            #expect(again.exitCode == 2 || again.exitCode == 1)
            #expect(again.error == "moonkeep: the repository '\(site.path("repository"))' is there already\n")
        }
    }
}
