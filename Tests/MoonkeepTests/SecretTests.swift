import Foundation
import Glibc
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct SecretTests {
    @Test func `the password is nowhere but in its file`() async throws {
        let secret = "correct horse battery staple"
        try await withSite("configurations: [{name: web, inclusions: [source, gone]}]\n") { site in
            var texts: [String] = []
            for options in [["run", "--json", "script.lua"], ["run", "script.lua"]] {
                try site.write(TestSite.backUp, to: "script.lua")
                let ended = try await site.start(options).end()
                texts += [ended.output, ended.error]
            }
            let id = try #require(try await site.newestBackup()["id"] as? String)
            for arguments in [["backups", id], ["backups", "--json"], ["runs"], ["configurations", "web"]] {
                let ended = try await site.start(arguments).end()
                texts += [ended.output, ended.error]
            }
            #expect(!texts.contains { $0.contains(secret) })
            for folder in ["state", "home"] {
                let found = try await site.execute("/bin/grep", "-rlaF", secret, folder)
                #expect(found == Ended(exitCode: 1, output: "", error: ""))
            }
        }
    }

    @Test func `while a backup runs the password is in no command line and no spool file`() async throws {
        let secret = "correct horse battery staple"
        try await withSite(TestSite.slowSiteFile) { site in
            let program = try await site.startRunningBackup()
            let found = try await site.execute("/bin/grep", "-rlaF", secret, "state")
            let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter {
                Int($0) != nil
            }
            let visible = processes.flatMap { id in
                ["cmdline", "environ"].compactMap {
                    FileManager.default.contents(atPath: "/proc/\(id)/\($0)")
                }
            }.map { String(decoding: $0, as: UTF8.self) }
            program.send(SIGTERM)
            _ = await program.end()
            #expect(found == Ended(exitCode: 1, output: "", error: ""))
            #expect(visible.contains { $0.contains("restic") && $0.contains(site.path("source")) })
            #expect(!visible.contains { $0.contains(secret) })
        }
    }

    @Test func `the state is for its owner only`() async throws {
        try await withSite { site in
            _ = try await site.run(TestSite.backUp)
            let found = try await site.execute("/usr/bin/find", "state", "-perm", "/077")
            #expect(found == Ended(exitCode: 0, output: "", error: ""))
        }
    }
}
