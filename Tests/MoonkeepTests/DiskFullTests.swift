import Foundation
import Glibc
import Testing

@Suite(
    .enabled(if: Machine.canMount, "file systems cannot be mounted here"),
    .enabled(if: Machine.hasRestic && Machine.hasSQLite, "restic or sqlite3 is not installed")
)
struct DiskFullTests {
    /// Gives a test a site with a folder that is a small disk.
    private func withDisk(
        _ name: String,
        siteFile: String? = nil,
        _ test: (TestSite) async throws -> Void
    ) async throws {
        try await withSite(siteFile) { site in
            try site.makeFolder(name)
            try #require(mount("tmpfs", site.path(name), "tmpfs", 0, "size=4m,mode=700") == 0)
            defer { umount2(site.path(name), Int32(MNT_DETACH)) }
            try await test(site)
        }
    }

    private func fill(_ site: TestSite) throws {
        let descriptor = open(site.path("state/filler"), O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        let block = [UInt8](repeating: 1, count: 4096)
        while write(descriptor, block, block.count) > 0 {}
    }

    private func expectSound(_ site: TestSite) async throws {
        try site.remove("state/filler")
        for name in try site.names(in: "state") where name.hasSuffix(".sqlite") {
            #expect(try await site.integrity(of: "state/\(name)") == "ok\n")
        }
        let later = try await site.run(#"backup.run("web")"#)
        #expect(later.exitCode == 0, "\(later)")
    }

    private func message(_ what: String, _ name: String, _ site: TestSite) -> String {
        """
        moonkeep: there is no space left for the \(what) '\(site.path("state/\(name).sqlite"))'. \
        Free some space on its disk.

        """
    }

    @Test func `a new site on a full disk says so, and works when there is space`() async throws {
        try await withDisk("state") { site in
            try fill(site)
            let ended = try await site.run(TestSite.backUp)
            #expect(ended == Ended(exitCode: 1, output: "", error: message("catalog", "catalog", site)))
            try await expectSound(site)
        }
    }

    @Test func `grants that find no space say so, and what was granted stays`() async throws {
        try await withDisk("state") { site in
            let script = #"return { api = 1, name = "w", needs = { "fs:read:/srv" }, run = function() end }"#
            try site.write(script, to: "one.lua")
            try site.write(script, to: "two.lua")
            try await site.grant("one.lua")
            try fill(site)
            let ended = try await site.moonkeep("allow", "two.lua")
            let grants = site.path("state/grants.json")
            let said =
                "moonkeep: there is no space left for the grants '\(grants)'. Free some space on its disk.\n"
            #expect(ended == Ended(exitCode: 1, output: "", error: said))
            try site.remove("state/filler")
            #expect(try await site.moonkeep("run", "one.lua").exitCode == 0)
            #expect(try await site.moonkeep("run", "two.lua").exitCode == 5)
        }
    }

    @Test func `a site whose disk has become full says so, and works when there is space`() async throws {
        try await withDisk("state") { site in
            _ = try await site.run("print(1)")
            try fill(site)
            let ended = try await site.run(TestSite.backUp)
            // Which of the two needs space first is up to SQLite.
            let messages = [message("catalog", "catalog", site), message("run journal", "journal", site)]
            #expect(messages.contains(ended.error), "\(ended)")
            #expect(ended.exitCode == 1)
            #expect(ended.output.isEmpty)
            try await expectSound(site)
        }
    }

    @Test func `a repository on a full disk makes a failed backup that says so`() async throws {
        try await withDisk(
            "vault",
            siteFile: "repository: vault/repository\nconfigurations: [{name: web, inclusions: [source]}]\n"
        ) { site in
            try site.writeRandomBytes(9 << 20, to: "source/random.bin")
            let ended = try await site.run(TestSite.backUp, "--quiet")
            #expect(ended.exitCode == 1)
            let place = "there is no space left while writing repository '\(site.path("vault/repository"))': "
            #expect(ended.error.contains(place), "\(ended)")
            #expect(ended.error.hasSuffix("Free some space, then start the backup again.\n"))
            #expect(try await site.newestBackup()["state"] as? String == "failed")
            #expect(try site.names(in: "vault/repository/locks") == [])
        }
    }
}
