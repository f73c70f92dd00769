import Foundation
import Glibc
import Testing

@Suite(.enabled(if: Machine.canMount, "file systems cannot be mounted here")) struct DiskFullTests {
    /// Gives a test a site whose state folder has so many bytes left.
    private func withFullState(_ test: (TestSite) async throws -> Void) async throws {
        try await withSite { site in
            try site.makeFolder("state")
            try #require(mount("tmpfs", site.path("state"), "tmpfs", 0, "size=4m,mode=700") == 0)
            defer { umount2(site.path("state"), Int32(MNT_DETACH)) }
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
        let script =
            "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check'))"
        for name in try site.names(in: "state") where name.hasSuffix(".sqlite") {
            let ended = try await site.execute(
                "/usr/bin/env",
                "python3",
                "-c",
                script,
                site.path("state/\(name)")
            )
            #expect(ended.output == "('ok',)\n")
        }
        let later = try await site.run(#"backup.run("web")"#)
        #expect(later.exitCode == 0, "\(later)")
    }

    @Test func `a new site on a full disk says so, and works when there is space`() async throws {
        try await withFullState { site in
            try fill(site)
            let ended = try await site.run(TestSite.backUp)
            #expect(ended.exitCode == 1)
            #expect(ended.output == "")
            #expect(ended.error.hasPrefix("moonkeep: "))
            #expect(ended.error.contains("no space left") || ended.error.contains("has space"), "\(ended)")
            try await expectSound(site)
        }
    }

    @Test func `a site whose disk has become full says so, and works when there is space`() async throws {
        try await withFullState { site in
            _ = try await site.run("print(1)")
            try fill(site)
            let ended = try await site.run(TestSite.backUp)
            #expect(ended.exitCode == 1)
            #expect(ended.error.hasPrefix("moonkeep: "))
            #expect(
                ended.error.contains("no space left") || ended.error.contains("Free some space"),
                "\(ended)"
            )
            try await expectSound(site)
        }
    }
}
