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
            #expect(visible.contains { $0.contains("restic") && $0.contains(site.path("state")) })
            #expect(!visible.contains { $0.contains(secret) })
        }
    }

    @Test func `secrets come from the variables and the command that the site names`() async throws {
        let siteFile = TestSite.siteFile + "secrets: {environment: {hook: HOOK_TOKEN}, command: [./keeper]}\n"
        try await withSite(siteFile) { site in
            try site.write("#!/bin/sh\n[ \"$1\" = pg/password ] && echo \"kept of $1\"\n", to: "keeper")
            try site.write(
                siteFile.replacing("./keeper", with: site.path("keeper")),
                to: "moonkeep.yaml"
            )
            chmod(site.path("keeper"), 0o700)
            try await site.allow(
                """
                return { name = "w", api = 1, needs = { "secrets:*", "shell:wc" },
                  run = function()
                    for _, name in ipairs { "hook", "pg/password", "none" } do
                      print(shell.run({ "wc", "-c" }, { stdin = secrets.get(name) }).stdout)
                    end
                  end }
                """
            )
            let token = "t0ken-of-the-hook"
            let ended = try await site.moonkeep("run", "workflow.lua", environment: ["HOOK_TOKEN": token])
            #expect(ended.output.hasPrefix("17\n\n19\n\n"), "\(ended)")
            #expect(
                ended.exitCode == 1 && ended.error.contains("the secret 'none' could not be read"),
                "\(ended)"
            )
            try await site.expectNowhere(token, [ended])
            try await site.expectNowhere("kept of pg/password", [ended])
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
