import BackupAPI
import Foundation
import Glibc
import LocalBackup
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct BrowseTests {
    @Test func `folders, links and files are told apart, in a backup and on the host`() async throws {
        try await withSite { site in
            try FileManager.default.createDirectory(
                atPath: site.source + "/d",
                withIntermediateDirectories: true
            )
            symlink("a.txt", site.source + "/l")
            let service = try await site.open()
            let backup = try await service.runNightly()
            let expected = [
                BrowseItem(name: "a.txt", bytes: 3), BrowseItem(name: "b.txt", bytes: 3),
                BrowseItem(name: "d", mimeType: BrowseItem.folderType),
                BrowseItem(name: "l", mimeType: BrowseItem.linkType),
            ]
            #expect(try await service.browse(backup.id, path: site.source) == expected)
            #expect(try await service.browse(agent: backup.agent.id, path: site.source) == expected)
            #expect(try await service.browse(backup.id, path: site.source + "/d").isEmpty)
            #expect(try await service.browse(backup.id, path: "/").map(\.isFolder) == [true])
            let error = await #expect(throws: BackupError.self) {
                try await service.browse(backup.id, path: site.source + "/a.txt")
            }
            #expect(
                error?.description
                    == "there is no folder '\(site.source)/a.txt' in backup '\(backup.id)'. "
                    + "Give the absolute path of a folder."
            )
        }
    }

    @Test func `a name on the host that is not UTF-8 comes with its bytes`() async throws {
        try await withSite { site in
            let name = (Array("\(site.source)/odd-".utf8) + [0xff, 0]).map { CChar(bitPattern: $0) }
            close(open(name, O_WRONLY | O_CREAT, 0o600))
            let service = try await site.open()
            let items = try await service.browse(agent: site.agent(of: service), path: site.source)
            #expect(items.last == BrowseItem(name: "odd-\u{fffd}", encodedName: "b2RkLf8="))
        }
    }

    @Test func `the agent is this host`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let agents = try await service.agents()
            #expect(agents.map(\.name) == ["test-host"])
            #expect(agents.first?.host?.os.architecture == "64-bit")
            #expect(agents.first?.id == (try await service.configurations().first?.agent.id))
        }
    }
}
