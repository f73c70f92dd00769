import BackupAPI
import BackupServer
import BackupTesting
import Foundation
import Testing

@Suite(.timeLimit(.minutes(2))) struct PagingTests {
    @Test(arguments: [
        "/v2/backups?limit=2", "/v2/backups?limit=2&sort_dir=asc", "/v2/backups?limit=2&restorable=true",
    ])
    func `the next links lead through a whole list once`(start: String) async throws {
        let service = InMemoryBackupService()
        for _ in 0..<5 { _ = try await service.wait(for: service.start("nightly", key: nil).id) }
        try await withServer(service) { server in
            var seen: [String] = []
            var path: String? = start
            while let current = path {
                let page = try JSONDecoder().decode(
                    ListPage.self,
                    from: Data(try await server.get(current).body.utf8)
                )
                #expect(page.backups.count <= 2)
                seen += page.backups.map(\.id.rawValue)
                path = page.links?.first { $0.rel == "next" }?.href.replacing(server.base, with: "")
            }
            let numbers = start.contains("asc") ? [1, 2, 3, 4, 5] : [5, 4, 3, 2, 1]
            #expect(seen == numbers.map { ResourceID<Backup>.make($0).rawValue })
        }
    }

    @Test func `only restorable backups of one configuration are listed if that is wanted`() async throws {
        let service = InMemoryBackupService(
            [.make("nightly"), .make("mail")],
            scripts: ["nightly": [.fails, .completes]]
        )
        for name in ["nightly", "nightly", "mail"] as [ResourceID<Configuration>] {
            _ = try await service.wait(for: service.start(name, key: nil).id)
        }
        try await withServer(service) { server in
            let reply = try await server.get("/v2/backups?restorable=true&configuration_id=nightly")
            let page = try JSONDecoder().decode(ListPage.self, from: Data(reply.body.utf8))
            #expect(page.backups.map(\.id) == [.make(2)])
            #expect(
                page.links?.first?.href
                    == server.base
                    + "/v2/backups?marker=\(ResourceID<Backup>.make(2))&restorable=true&configuration_id=nightly"
            )
        }
    }

    @Test func `only configurations with something to restore are listed if that is wanted`() async throws {
        let service = InMemoryBackupService(
            [.make("nightly"), .make("mail")],
            scripts: ["nightly": [.fails]]
        )
        for name in ["nightly", "mail"] as [ResourceID<Configuration>] {
            _ = try await service.wait(for: service.start(name, key: nil).id)
        }
        try await withServer(service) { server in
            let reply = try await server.get("/v2/configurations?restorable=true")
            #expect(reply.body.contains(#""name":"mail""#) && !reply.body.contains(#""name":"nightly""#))
        }
    }
}

/// What the tests need of a list.
private struct ListPage: Decodable {
    let backups: [Backup]
    let links: [Link]?
}
