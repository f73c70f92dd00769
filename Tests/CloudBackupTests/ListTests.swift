import BackupAPI
import CloudBackup
import LoopbackTesting
import Testing

struct ListTests {
    let bench = Bench()

    /// A service with backups `b1` to `b250`, newest first, that gives at most 100 at once.
    private let backups: LoopbackServer.Script = { request in
        let marker = request.query("marker").flatMap { Int($0.dropFirst()) } ?? 251
        let limit = min(100, request.query("limit").flatMap { Int($0) } ?? 100)
        let page = (1..<max(1, marker)).reversed().prefix(limit).map { number in
            let state = number.isMultiple(of: 50) ? "failed" : "completed"
            return
                "{\"id\": \"b\(number)\", \"state\": \"\(state)\", \"configuration\": {\"id\": \"c\(number % 2)\"}}"
        }
        return .json("{\"backups\": [\(page.joined(separator: ","))]}")
    }

    @Test func `a list goes on from page to page until its end`() async throws {
        try await LoopbackServer.run(backups) { server in
            var ids: [String] = []
            for try await backup in try bench.service(port: server.port).allBackups {
                ids.append(backup.id.rawValue)
            }
            #expect(ids == (1...250).reversed().map { "b\($0)" })
            #expect(
                server.lines == [
                    "GET /v2/123456/backups?limit=100&sort_dir=desc",
                    "GET /v2/123456/backups?marker=b151&limit=100&sort_dir=desc",
                    "GET /v2/123456/backups?marker=b51&limit=100&sort_dir=desc",
                ]
            )
        }
    }

    @Test func `a limit above the service's own takes several pages`() async throws {
        try await LoopbackServer.run(backups) { server in
            let found = try await bench.service(port: server.port).backups(BackupFilter(limit: 130))
            #expect(found.count == 130)
            #expect(server.lines.count == 2)
        }
    }

    @Test func `backups are found by configuration and state`() async throws {
        try await LoopbackServer.run(backups) { server in
            let service = try bench.service(port: server.port)
            let filter = BackupFilter(configuration: "c0", states: [.failed], limit: 2, marker: "b220")
            #expect(try await service.backups(filter).map(\.id) == ["b200", "b150"])
            #expect(server.lines.first == "GET /v2/123456/backups?marker=b220&limit=100&sort_dir=desc")
        }
    }

    @Test func `a list that begins again and again ends`() async throws {
        let page = (0..<100).map { "{\"id\": \"\($0)\", \"event\": \"agent_heartbeat\"}" }.joined(
            separator: ","
        )
        try await LoopbackServer.run { _ in
            .json("{\"events\": [\(page)]}")
        } _: { server in
            var count = 0
            for try await _ in try bench.service(port: server.port).allEvents(of: .project) { count += 1 }
            #expect(count == 100)
            #expect(server.lines.count == 2)
        }
    }

    @Test(arguments: ["[]", "{}", #"{"restores": []}"#, #"{"restores": null, "links": []}"#])
    func `an empty list is empty in every form`(json: String) async throws {
        try await LoopbackServer.run { _ in
            .json(json)
        } _: { server in
            let restores = try await bench.service(port: server.port).restores(Page())
            #expect(restores.isEmpty)
            #expect(server.lines == ["GET /v2/123456/restores?limit=100&sort_dir=desc"])
        }
    }

    @Test func `events are asked for by subject, oldest first`() async throws {
        try await LoopbackServer.run { _ in
            .json("{\"events\": []}")
        } _: { server in
            let service = try bench.service(port: server.port)
            _ = try await service.events(of: .configuration("c1"), Page(after: "515", limit: 5))
            _ = try await service.events(of: .agent("a1"), Page(isAscending: false))
            #expect(
                server.lines == [
                    "GET /v2/123456/configurations/c1/events?marker=515&limit=5&sort_dir=asc",
                    "GET /v2/123456/agents/a1/events?limit=100&sort_dir=desc",
                ]
            )
        }
    }

    @Test func `configurations that the list has in part are read whole, and deleted ones are left out`()
        async throws
    {
        try await LoopbackServer.run { request in
            guard !request.path.hasSuffix("configurations") else {
                return .json(
                    #"{"configurations": [{"id": "c2", "name": "b"}, {"id": "c1", "name": "a"}, {"id": "c3"}]}"#
                )
            }
            let id = request.path.suffix(2)
            return .json(
                """
                {"id": "\(id)", "name": "\(id == "c1" ? "a" : "b")", "deleted": \(id == "c3"),
                 "inclusions": [{"type": "folder", "path": "/\(id)/"}]}
                """
            )
        } _: { server in
            let all = try await bench.service(port: server.port).configurations()
            #expect(all.map(\.id) == ["c1", "c2"])
            #expect(all.map { $0.inclusions.map(\.path) } == [["/c1/"], ["/c2/"]])
        }
    }
}
