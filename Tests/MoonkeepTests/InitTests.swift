import BackupAPI
import Foundation
import LocalBackup
import LuaKit
import Testing

@testable import moonkeep

@Suite struct InitTests {
    @Test func `init makes a site that the command can read`() async throws {
        try await withSite { site in
            let made = try await site.moonkeep("init", "new/site")
            let folder = site.path("new/site")
            #expect(
                made
                    == Ended(
                        exitCode: 0,
                        output: """
                            made \(folder)/password
                            made \(folder)/scripts/backup_all.lua
                            made \(folder)/.gitignore
                            made \(folder)/moonkeep.yaml
                            made \(folder)/types
                            made \(folder)/.luarc.json
                            made \(folder)/.luacheckrc

                            Next: say in \(folder)/moonkeep.yaml what to back up, then
                              moonkeep run --site new/site new/site/scripts/backup_all.lua
                            Keep copies of the password file and of moonkeep.yaml elsewhere. Without the password no backup can be read; with \
                            both and the repository, 'moonkeep adopt --all-of-this-site' brings a lost machine's backups back.

                            """,
                        error: ""
                    )
            )
            #expect(
                try site.names(in: "new/site") == [
                    ".gitignore", ".luacheckrc", ".luarc.json", "moonkeep.yaml", "password", "scripts",
                    "types",
                ]
            )
            let names = try await site.moonkeep("configurations", "--json", in: "new/site").jsonList()
            #expect(names.map { $0["name"] as? String } == ["scripts"])
        }
    }

    @Test func `only its owner can read the password`() async throws {
        try await withSite { site in
            try await site.moonkeep("init", "new")
            let facts = try FileManager.default.attributesOfItem(atPath: site.path("new/password"))
            #expect(facts[.posixPermissions] as? Int == 0o600)
            let password = try String(contentsOfFile: site.path("new/password"), encoding: .utf8)
            #expect(Data(base64Encoded: password.trimmingCharacters(in: .newlines))?.count == 32)
        }
    }

    @Test func `two sites have two passwords`() async throws {
        try await withSite { site in
            try await site.moonkeep("init", "one")
            try await site.moonkeep("init", "two")
            let passwords = try ["one", "two"].map {
                try Data(contentsOf: URL(fileURLWithPath: site.path("\($0)/password")))
            }
            #expect(passwords[0] != passwords[1])
        }
    }

    @Test func `a site file that is there is left alone`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("init")
            #expect(ended.exitCode == 2)
            #expect(
                ended.error == """
                    moonkeep: '\(site.path("moonkeep.yaml"))' is there already. \
                    Nothing was changed; edit it, or choose another folder.

                    """
            )
            #expect(
                try String(contentsOfFile: site.path("moonkeep.yaml"), encoding: .utf8) == TestSite.siteFile
            )
            #expect(!site.exists("scripts"))
        }
    }

    @Test func `a password that is there is kept`() async throws {
        try await withSite { site in
            try site.remove("moonkeep.yaml")
            let ended = try await site.moonkeep("init")
            #expect(ended.exitCode == 0)
            #expect(!ended.output.contains("made \(site.path("password"))"))
            let password = try String(contentsOfFile: site.path("password"), encoding: .utf8)
            #expect(password == "correct horse battery staple\n")
        }
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/git"), "git is not installed")
    )
    func `Git takes neither secrets nor state of a new site, and what it is told already stays`() async throws
    {
        try await withSite { site in
            try await site.moonkeep("init", "new")
            for name in [
                "state/journal.sqlite", "secrets/token", "repository/config", "smtp-password",
                "reports/a.html",
            ] {
                let folder = "new/" + name.split(separator: "/").dropLast().joined(separator: "/")
                try site.makeFolder(folder)
                try site.write("x", to: "new/" + name)
            }
            let git = { (words: [String]) in
                try await Program("/usr/bin/git", words, in: site.path("new"), environment: site.environment)
                    .end()
            }
            #expect(try await git(["init", "--quiet"]).exitCode == 0)
            let listed = try await git(["ls-files", "--others", "--exclude-standard"])
            #expect(
                listed.output
                    == ".gitignore\n.luacheckrc\n.luarc.json\nmoonkeep.yaml\nscripts/backup_all.lua\n"
            )

            try site.makeFolder("other")
            try site.write("*.bak\n", to: "other/.gitignore")
            let again = try await site.moonkeep("init", "other")
            #expect(again.exitCode == 0 && !again.output.contains(".gitignore"))
            #expect(try site.text("other/.gitignore") == "*.bak\n")
        }
    }

    @Test func `settings of editors and a folder types that are there are kept`() async throws {
        try await withSite { site in
            try site.makeFolder("new/types")
            try site.write("{}", to: "new/.luarc.json")
            try site.write("std = 'lua54'", to: "new/.luacheckrc")
            let ended = try await site.moonkeep("init", "new")
            #expect(ended.exitCode == 0)
            #expect(!ended.output.contains("types") && !ended.output.contains(".luarc"))
            #expect(try site.text("new/.luarc.json") == "{}")
            #expect(try site.text("new/.luacheckrc") == "std = 'lua54'")
            #expect(try site.names(in: "new/types").isEmpty)
        }
    }

    @Test func `the settings of editors are JSON that names what is there`() throws {
        let data = Data(SiteTemplate.editorSettings.utf8)
        let settings = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(settings["runtime.version"] as? String == "Lua 5.4")
        #expect(settings["workspace.library"] as? [String] == ["types"])
        let builtin = try #require(settings["runtime.builtin"] as? [String: String])
        #expect(Set(builtin.keys).isDisjoint(with: LuaState.globalNames))
    }

    @Test(.enabled(if: Machine.hasLuacheck, "luacheck is not installed"))
    func `the script of a new site has no warnings`() async throws {
        try await withSite { site in
            try await site.moonkeep("init", "new")
            let ended = try await Program(
                "/usr/bin/luacheck",
                ["--no-color", "."],
                in: site.path("new"),
                environment: site.environment
            ).end()
            #expect(
                ended
                    == Ended(
                        exitCode: 0,
                        output: """
                            Checking scripts/backup_all.lua                   OK

                            Total: 0 warnings / 0 errors in 1 file

                            """,
                        error: ""
                    )
            )
        }
    }

    @Test func `a file in the place of the folder is an error`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("init", "password")
            #expect(ended.exitCode == 2)
            #expect(
                ended.error.hasPrefix("moonkeep: the site '\(site.path("password"))' could not be made: ")
            )
        }
    }

    @Test func `every key that the template mentions is known`() throws {
        let lines = SiteTemplate.siteFile.split(separator: "\n", omittingEmptySubsequences: false)
        let keys = #/^(\s*)# ((?:  )*(?:- )?[a-z_]+:(?: .*)?|  - (?:scripts\/old|"\*\.tmp") .*)$/#
        let whole = lines.map { line in
            line.wholeMatch(of: keys).map { "\($0.1)\($0.2)" } ?? String(line)
        }
        let file = try SiteFile(text: whole.joined(separator: "\n"), path: "/s/moonkeep.yaml", folder: "/s")
        let configuration = try #require(file.configurations.first)
        #expect(file.repositories.first?.uploadLimit == 2048)
        #expect(configuration.retention.days == 30)
        #expect(configuration.exclusionPatterns == ["*.tmp", "scripts/old"])
        #expect(configuration.schedule?.timeZone == "Europe/Berlin")
        #expect(configuration.notifications.map(\.destination) == ["ops@example.com"])
    }
}
