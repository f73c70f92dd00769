import Foundation
import Glibc
import Testing

@Suite struct SiteTrustTests {
    @Test(arguments: [
        ("", 0o777, "site"), ("moonkeep.yaml", 0o666, "site file"),
        ("scripts", 0o777, "folder 'scripts' of the site"),
        ("scripts/deep/a.lua", 0o666, "folder 'scripts' of the site"),
        ("plugins/p/plugin.lua", 0o646, "folder 'plugins' of the site"),
        ("lib/a.lua", 0o666, "folder 'lib' of the site"), ("secrets", 0o777, "folder 'secrets' of the site"),
        ("state", 0o777, "state folder"), ("state/catalog.sqlite", 0o666, "state folder"),
    ])
    func `what another user may write is refused`(name: String, mode: Int, what: String) async throws {
        try await withSite { site in
            for name in ["scripts/deep", "plugins/p", "lib", "secrets"] { try site.makeFolder(name) }
            for name in ["scripts/deep/a.lua", "plugins/p/plugin.lua", "lib/a.lua"] {
                try site.write("return {}\n", to: name)
            }
            #expect(try await site.moonkeep("configurations").exitCode == 0)
            try site.setMode(mode, of: name)
            let path = name.isEmpty ? site.folder : site.path(name)
            let refusal = Ended(
                exitCode: 2,
                output: "",
                error: """
                    moonkeep: the \(what) is not safe: '\(path)' can be changed by other users (its mode is \
                    0\(String(mode, radix: 8))). Run 'chmod o-w \(path)'.

                    """
            )
            #expect(try await site.moonkeep("configurations") == refusal)
            #expect(try await site.moonkeep("serve", "--port", "0") == refusal)
        }
    }

    @Test func `a site in a folder where nobody can touch what is not theirs is used, part by part`()
        async throws
    {
        try await withSite { site in
            try site.setMode(0o1777, of: "")
            #expect(try await site.moonkeep("configurations").exitCode == 0)
            try site.makeFolder("plugins")
            try site.setMode(0o1777, of: "plugins")
            #expect(try await site.moonkeep("configurations").exitCode == 2)
        }
    }

    @Test func `a site below a folder that others may write is refused`() async throws {
        try await withSite { site in
            try site.makeFolder("open/site")
            try site.write("configurations: []\n", to: "open/site/moonkeep.yaml")
            try site.setMode(0o777, of: "open")
            let open = site.path("open")
            let ended = try await site.moonkeep("configurations", in: "open/site")
            #expect(
                ended.error == """
                    moonkeep: the site is not safe: '\(open)' can be changed by other users (its mode is 0777). \
                    Run 'chmod o-w \(open)'.

                    """
            )
        }
    }

    @Test(.enabled(if: Machine.isRoot, "only root can give files away"))
    func `a site of another user that is found upwards is refused before its programs run`() async throws {
        try await withSite { site in
            try site.makeFolder("deep/er")
            try site.write(
                "restic: \(site.path("restic"))\nconfigurations: [{name: web, inclusions: [source]}]\n",
                to: "moonkeep.yaml"
            )
            try site.write("#!/bin/sh\ntouch \(site.path("ran"))\n", to: "restic")
            try site.setMode(0o755, of: "restic")
            #expect(chown(site.path("moonkeep.yaml"), 65_534, 65_534) == 0)
            let ended = try await site.moonkeep("backups", in: "deep/er")
            let path = site.path("moonkeep.yaml")
            #expect(
                ended
                    == Ended(
                        exitCode: 2,
                        output: "",
                        error: """
                            moonkeep: the site file is not safe: '\(path)' belongs to the user 'nobody'. \
                            Run 'chown root \(path)'.

                            """
                    )
            )
            #expect(!site.exists("ran"))
        }
    }

    @Test(arguments: [0o644, 0o660, 0o700])
    func `a password that others may read is refused`(mode: Int) async throws {
        try await withSite { site in
            try site.setMode(mode, of: "password")
            let ended = try await site.moonkeep("backups")
            #expect(ended.exitCode == 2)
            let path = site.path("password")
            #expect(ended.error.hasPrefix("moonkeep: the password file is not safe: '\(path)' "))
            #expect(ended.error.hasSuffix(" Run 'chmod 600 \(path)'.\n"))
        }
    }

    @Test func `a script that others may write gets no permissions`() async throws {
        try await withSite { site in
            let script = #"return { api = 1, name = "w", needs = { "fs:read:/srv" }, run = function() end }"#
            try site.write(script, to: "w.lua")
            try site.setMode(0o666, of: "w.lua")
            let path = site.path("w.lua")
            let refusal = """
                moonkeep: the script '\(path)' is not safe: '\(path)' can be changed by other users (its mode is \
                0666). Run 'chmod o-w \(path)'.

                """
            #expect(try await site.moonkeep("allow", "w.lua").error == refusal)
            try site.setMode(0o644, of: "w.lua")
            #expect(try await site.moonkeep("allow", "w.lua").exitCode == 0)
            try site.setMode(0o666, of: "w.lua")
            #expect(try await site.moonkeep("run", "w.lua").error == refusal)
        }
    }

    @Test(arguments: [0o620, 0o602, 0o644])
    func `grants that others may have written are not believed`(mode: Int) async throws {
        try await withSite { site in
            let script = #"return { api = 1, name = "w", needs = { "fs:read:/srv" }, run = function() end }"#
            try site.write(script, to: "w.lua")
            #expect(try await site.moonkeep("allow", "w.lua").exitCode == 0)
            try site.setMode(mode, of: "state/grants.json")
            let ended = try await site.moonkeep("run", "w.lua")
            let path = site.path("state/grants.json")
            #expect(ended.exitCode == 2)
            // What anybody may write is refused with the whole state folder; the rest by the file itself.
            let refusal =
                "moonkeep: the grants in '\(path)' may be changed by others. Run: chmod 600 '\(path)'\n"
            let isOpen = mode & 0o002 != 0 && ended.error.hasSuffix(" Run 'chmod o-w \(path)'.\n")
            #expect(ended.error == refusal || isOpen, "\(ended.error)")
        }
    }

    @Test func `a new site is safe whatever the umask is`() async throws {
        try await withSite { site in
            let made = try await site.execute(
                "/bin/sh",
                "-c",
                "umask 000; \(Program.moonkeep) init new/site && \(Program.moonkeep) configurations --site new/site"
            )
            #expect(made.exitCode == 0, "\(made)")
        }
    }

    @Test func `restic in a relative folder of PATH is not executed`() async throws {
        try await withSite { site in
            try site.write("#!/bin/sh\ntouch \(site.path("ran"))\n", to: "restic")
            try site.setMode(0o755, of: "restic")
            try site.makeFolder("folder/restic")
            let ended = try await site.run(
                TestSite.backUp,
                environment: ["PATH": ".::\(site.path("folder"))"]
            )
            #expect(ended.exitCode == 1)
            let said = ended.output + ended.error
            #expect(said.contains("restic is not installed: there is no program 'restic'"))
            #expect(!site.exists("ran"))
        }
    }
}
