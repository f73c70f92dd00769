import BackupAPI
import CloudBackup
import LoopbackTesting
import Testing

struct OperationTests {
    let bench = Bench()

    @Test func `a repository cannot be checked, and nobody is asked for it`() async throws {
        try await LoopbackServer.run { _ in
            .answer(404)
        } _: { server in
            let error = await #expect(throws: BackupError.self) {
                try await bench.service(port: server.port).check(.all)
            }
            #expect(error?.code == .unsupported)
            #expect(error?.description == "this service cannot check its repository")
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a folder is browsed by asking until the agent has answered`() async throws {
        let results = LoopbackServer.inTurn([
            .answer(404), .answer(404),
            .json(
                #"{"succeeded": true, "items": [{"name": "b", "bytes": "7"}, {"name": "a", "mime_type": "inode/directory"}]}"#
            ),
        ])
        try await LoopbackServer.run { request in
            if request.method == "POST" {
                return .answer(202, ["Location": "https://API/v2/agents/a1/browse-request/q1"])
            }
            return request.path.contains("browse") ? await results(request) : .json(.backup())
        } _: { server in
            let items = try await bench.service(port: server.port).browse("b1", path: "/data")
            #expect(items.map(\.name) == ["a", "b"])
            #expect(items.map(\.bytes) == [0, 7])
            #expect(
                server.requests.first { $0.method == "POST" }?.body
                    == #"{"agent_id":"a1","encrypted_password_hex":null,"path":"/data","path_encoded":null}"#
            )
            #expect(server.lines.last == "GET /v2/123456/backups/b1/browse-requests/q1")
            #expect(bench.pauses.sleeps == [.milliseconds(250), .milliseconds(500)])
        }
    }

    @Test func `an agent that does not answer is timed out`() async throws {
        try await LoopbackServer.run { request in
            if request.method == "POST" { return .answer(202, ["Location": "/q1"]) }
            return request.path.contains("browse") ? .answer(404) : .json(#"{"id": "a1"}"#)
        } _: { server in
            let service = try bench.service(port: server.port)
            let error = await #expect(throws: BackupError.self) {
                try await service.browse(agent: "a1", path: "/x")
            }
            #expect(error?.code == .timedOut)
            #expect(
                error?.description
                    == "the agent did not answer POST /agents/a1/browse-requests within 90.0 seconds. "
                    + "See whether the agent is online, activate it, and try again."
            )
        }
    }

    @Test func `agents are woken, read, changed and deleted`() async throws {
        try await LoopbackServer.run { request in
            switch (request.method, request.path.split(separator: "/").last) {
            case ("GET", "status"): .json(#"{"busy": "false", "online": true}"#)
            case ("GET", _): .json(#"{"id": "a1", "enabled": false}"#)
            case ("POST", _): .answer(202, ["Content-Type": "application/json"])
            default: .answer(204)
            }
        } _: { server in
            let service = try bench.service(port: server.port)
            try await service.activate(mode: .realTime)
            try await service.activate("a1")
            #expect(try await service.status(of: "a1") == AgentStatus(isBusy: false, isOnline: true))
            #expect(try await service.update("a1", enabled: false, logLevel: "debug").enabled == false)
            try await service.delete(agent: "a1")
            try await service.ping()
            #expect(server.requests[0].body == #"{"event":"agent_activate","mode":"real_time"}"#)
            #expect(
                server.lines == [
                    "POST /v2/123456/events", "POST /v2/123456/agents/a1/events",
                    "GET /v2/123456/agents/a1/status",
                    "PATCH /v2/123456/agents/a1", "GET /v2/123456/agents/a1", "DELETE /v2/123456/agents/a1",
                    "GET /v2/123456/ping",
                ]
            )
        }
    }

    @Test func `logfiles and summaries are asked for`() async throws {
        try await LoopbackServer.run { request in
            switch (request.method, request.path.split(separator: "/").last) {
            case ("POST", _): .json(#"{"id": "l1", "state": "requested"}"#, status: 202)
            case ("GET", "logfiles"): .json(#"{"logfiles": [{"id": "l1", "state": "completed"}]}"#)
            case ("GET", "summaries"):
                .json(#"{"daily": true, "notifications": [{"destination": "a@example.com"}]}"#)
            default: .answer(204)
            }
        } _: { server in
            let service = try bench.service(port: server.port)
            #expect(try await service.requestLogfile(of: "a1") == Logfile(id: "l1", state: "requested"))
            #expect(try await service.logfiles(of: "a1").map(\.state) == ["completed"])
            try await service.delete(logfile: "l1", of: "a1")
            let settings = try await service.summarySettings()
            #expect(
                settings
                    == SummarySettings(
                        daily: true,
                        weekly: false,
                        notifications: [.init(destination: "a@example.com")]
                    )
            )
            try await service.replace(settings)
            #expect(
                server.requests.last?.body
                    == #"{"daily":true,"weekly":false,"notifications":[{"type":"email","destination":"a@example.com"}]}"#
            )
        }
    }
}
