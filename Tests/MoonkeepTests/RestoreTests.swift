import Foundation
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct RestoreTests {
    @Test func `files come back below another folder, or where they were`() async throws {
        try await withSite { site in
            #expect(try await site.run(TestSite.backUp).exitCode == 0)
            let id = try #require(try await site.newestBackup()["id"] as? String)
            let elsewhere = try await site.moonkeep("restore", String(id.prefix(8)), "--to", "elsewhere")
            #expect(elsewhere.exitCode == 0, "\(elsewhere)")
            #expect(elsewhere.output == "completed: 2 files, 8 B\n")
            let copy = site.path("elsewhere") + site.path("source/a.txt")
            #expect(try String(contentsOfFile: copy, encoding: .utf8) == "one")

            try site.write("changed", to: "source/a.txt")
            try site.remove("source/b.txt")
            let kept = try await site.moonkeep("restore", id)
            #expect(kept.exitCode == 0, "\(kept)")
            #expect(try String(contentsOfFile: site.path("source/a.txt"), encoding: .utf8) == "changed")
            #expect(try String(contentsOfFile: site.path("source/b.txt"), encoding: .utf8) == "three")
            let replaced = try await site.moonkeep("restore", id, "--overwrite")
            #expect(replaced.exitCode == 0, "\(replaced)")
            #expect(try String(contentsOfFile: site.path("source/a.txt"), encoding: .utf8) == "one")
        }
    }

    @Test func `a backup that does not exist is a mistake of the call`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("restore", "nothing")
            #expect(ended.exitCode == 2)
            #expect(ended.error.hasPrefix("moonkeep: no backup has the id 'nothing'"))
        }
    }

    @Test(arguments: [
        (["restore", "x", "--to", ""], "--to takes the path of a folder."),
        (["restore", "x", ""], "A path to restore is empty."),
        (["backups", "--site", ""], "--site takes the path of a folder."),
        (["init", ""], "The folder's path is empty."), (["types", ""], "The folder's path is empty."),
        (["new", "workflow", "w", "--in", ""], "--in takes the path of a folder."),
        (["test", "--junit", ""], "--junit takes the path of a file."),
    ])
    func `an empty path is a mistake of the call`(arguments: [String], said: String) async throws {
        try await withSite { site in
            let ended = try await site.start(arguments).end()
            #expect(ended.exitCode == 2)
            #expect(ended.error.hasPrefix("moonkeep: \(said)\n"), "\(ended)")
        }
    }

    @Test func `without paths everything that the backup has comes back`() async throws {
        try await withSite { site in
            #expect(try await site.run(TestSite.backUp).exitCode == 0)
            let id = try #require(try await site.newestBackup()["id"] as? String)
            try site.makeFolder("other")
            try site.write("configurations: [{name: web, inclusions: [other]}]\n", to: "moonkeep.yaml")
            let ended = try await site.moonkeep("restore", id, "--to", "elsewhere")
            #expect(ended.output == "completed: 2 files, 8 B\n", "\(ended)")
        }
    }

    @Test func `the latest backup of a configuration comes back, by a run, in part too`() async throws {
        try await withSite { site in
            #expect(try await site.moonkeep("backup", "web").exitCode == 0)
            let ended = try await site.moonkeep(
                "restore",
                "latest:web",
                site.path("source/a.txt"),
                "--to",
                "elsewhere",
                "--json"
            )
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(try ended.jsonObject()["state"] as? String == "completed")
            #expect(try site.names(in: "elsewhere" + site.path("source")) == ["a.txt"])
            let run = try #require(try await site.moonkeep("runs", "--json").jsonList().first)
            #expect(run["script"] as? String == "moonkeep restore")
            #expect(run["status"] as? String == "ok")
        }
    }

    @Test func `a path that the backup does not have is told with the nearest, and nothing is restored`()
        async throws
    {
        try await withSite { site in
            #expect(try await site.moonkeep("backup", "web").exitCode == 0)
            let ended = try await site.moonkeep("restore", "latest", site.path("source/c.txt"), "--to", "e")
            #expect(ended.exitCode == 1)
            #expect(ended.output == "")
            #expect(ended.error.contains("has no '\(site.path("source/c.txt"))'"), "\(ended)")
            #expect(!site.exists("e"))
            let relative = try await site.moonkeep("restore", "latest", "source/a.txt")
            #expect(relative.exitCode == 2)
            #expect(relative.error.hasPrefix("moonkeep: The path 'source/a.txt' is not absolute"))
        }
    }
}
