import Foundation
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct BrowseTests {
    @Test func `a folder in the latest backup is listed, for people and for programs`() async throws {
        try await withSite { site in
            try site.makeFolder("source/photos")
            try site.write("moon", to: "source/photos/moon.jpg")
            #expect(try await site.moonkeep("backup", "web").exitCode == 0)
            let ended = try await site.moonkeep("browse", "latest", site.path("source"))
            #expect(
                ended
                    == Ended(exitCode: 0, output: "3 B  a.txt\n5 B  b.txt\n     photos/\n", error: ""),
                "\(ended)"
            )
            let items = try await site.moonkeep("browse", "latest:web", site.path("source"), "--json")
                .jsonList()
            #expect(items.map { $0["name"] as? String } == ["a.txt", "b.txt", "photos"])
            #expect(items.map { $0["bytes"] as? Int } == [3, 5, 0])
        }
    }

    @Test func `a path that the backup does not have is told, with the nearest one`() async throws {
        try await withSite { site in
            #expect(try await site.moonkeep("backup", "web").exitCode == 0)
            let id = try #require(try await site.newestBackup()["id"] as? String)
            let wrong = site.folder + "/sorce"
            let ended = try await site.moonkeep("browse", "latest", wrong)
            #expect(ended.exitCode == 2)
            #expect(
                ended.error.hasSuffix(
                    "there is no folder '\(wrong)' in backup '\(id)'. Did you mean '\(site.path("source"))'?\n"
                ),
                "\(ended)"
            )
            let file = try await site.moonkeep("browse", "latest", site.path("source/a.txt"))
            #expect(
                file.error.hasSuffix(
                    "'\(site.path("source/a.txt"))' is a file; 'moonkeep restore \(id.prefix(8)) "
                        + "\(site.path("source/a.txt"))' brings it back.\n"
                ),
                "\(file)"
            )
            let relative = try await site.moonkeep("browse", "latest", "source")
            #expect(relative.exitCode == 2)
            #expect(relative.error.hasPrefix("moonkeep: The path 'source' is not absolute"), "\(relative)")
        }
    }

    @Test func `the latest backup is the newest complete one, and none is said to be missing`() async throws {
        try await withSite { site in
            let none = try await site.moonkeep("browse", "latest:web")
            #expect(
                none.error
                    == "moonkeep: there is no complete backup of 'web' that can be restored. "
                    + "'moonkeep backups' shows what there is.\n"
            )
            #expect(none.exitCode == 2)
            #expect(try await site.moonkeep("backup", "web").exitCode == 0)
            let complete = try #require(try await site.newestBackup()["id"] as? String)
            // The newest one has not all that it should have.
            try site.write(
                "configurations: [{name: web, inclusions: [source, nowhere]}]\n",
                to: "moonkeep.yaml"
            )
            #expect(try await site.moonkeep("backup", "web", "--quiet").exitCode == 3)
            let shown = try await site.moonkeep("backups", "latest", "--json").jsonObject()
            #expect(shown["id"] as? String == complete)
            let wrong = try await site.moonkeep("browse", "latest:wbe")
            #expect(
                wrong.error == "moonkeep: no configuration is called 'wbe'. Did you mean 'web'?\n"
            )
            let name = try await site.moonkeep("browse", "web")
            #expect(
                name.error.hasSuffix("The newest backup of the configuration 'web' is 'latest:web'.\n"),
                "\(name)"
            )
        }
    }
}
