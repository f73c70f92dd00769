import BackupAPI
import CloudBackup
import Testing

struct RequestTests {
    let bench = Bench()

    @Test func `a start sends the caller's key and asks for a start by hand`() async throws {
        try await LoopbackServer.run { _ in
            .json(.backup(), status: 201)
        } _: { server in
            let backup = try await bench.service(server).start("c1", key: "run/1/2")
            #expect(backup.state == .startRequested)
            let request = try #require(server.requests.first)
            #expect(request.line == "POST /v2/123456/backups")
            #expect(request.body == #"{"configuration_id":"c1","state":"start_requested"}"#)
            #expect(request.header("Idempotency-Key") == "run/1/2")
            #expect(request.header("Content-Type") == "application/json")
            #expect(request.header("X-Auth-Token") == Bench.token)
        }
    }

    @Test func `a stop is a json patch`() async throws {
        try await LoopbackServer.run {
            $0.method == "PATCH" ? .answer(204) : .json(.backup(state: "stop_requested"))
        } _: { server in
            let backup = try await bench.service(server).stop("b1")
            #expect(backup.state == .stopRequested)
            #expect(server.lines == ["PATCH /v2/123456/backups/b1", "GET /v2/123456/backups/b1"])
            #expect(
                server.requests.first?.body == #"[{"op":"replace","path":"/state","value":"stop_requested"}]"#
            )
            #expect(server.requests.first?.header("Content-Type") == "application/json-patch+json")
        }
    }

    @Test func `a stop of what is over is a conflict with the service's words`() async throws {
        try await LoopbackServer.run {
            $0.method == "PATCH"
                ? .json(#"{"message": "already completed"}"#, status: 409)
                : .json(.backup(state: "completed"))
        } _: { server in
            let service = try bench.service(server)
            let error = await #expect(throws: BackupError.self) { try await service.stop("b1") }
            #expect(error?.code == .conflict)
            #expect(error?.message == "PATCH /backups/b1 was answered with 409: already completed")
        }
    }

    @Test func `changes of a configuration are one patch, lists as a whole`() async throws {
        try await LoopbackServer.run {
            $0.method == "PATCH" ? .answer(204) : .json(#"{"id": "c1"}"#)
        } _: { server in
            let service = try bench.service(server)
            _ = try await service.update("c1", ConfigurationChanges())
            #expect(server.count("PATCH") == 0)
            let changes = ConfigurationChanges(
                name: "Nightly",
                enabled: false,
                schedule: .some(nil),
                retentionDays: 60,
                inclusions: [PathRule(type: .folder, path: "/data/")]
            )
            _ = try await service.update("c1", changes)
            #expect(
                server.requests.first { $0.method == "PATCH" }?.body
                    == #"[{"op":"replace","path":"/name","value":"Nightly"},"#
                    + #"{"op":"replace","path":"/enabled","value":false},"#
                    + #"{"op":"replace","path":"/schedule","value":null},"#
                    + #"{"op":"replace","path":"/retention/days","value":60},"#
                    + #"{"op":"replace","path":"/inclusions","value":[{"type":"folder","path":"/data/"}]}]"#
            )
        }
    }

    @Test func `a configuration is made for the project's only agent, without a start of its schedule`()
        async throws
    {
        try await LoopbackServer.run {
            $0.path.hasSuffix("agents")
                ? .json(#"{"agents": [{"id": "a1", "name": "Web Server"}]}"#)
                : .json(#"{"id": "c1"}"#, status: 201)
        } _: { server in
            let draft = ConfigurationDraft(
                name: "n",
                schedule: Schedule(
                    start: .init(seconds: 0),
                    recurrence: ["RRULE:FREQ=HOURLY;INTERVAL=2"],
                    timeZone: "UTC"
                ),
                inclusions: [PathRule(type: .file, path: "/a")]
            )
            let configuration = try await bench.service(server).create(draft)
            #expect(configuration.id == "c1")
            #expect(
                server.requests.last?.body
                    == #"{"agent_id":"a1","name":"n","enabled":true,"schedule":{"recurrence":["#
                    + #""RRULE:FREQ=HOURLY;INTERVAL=2"],"time_zone":"UTC"},"retention":{"days":0},"#
                    + #""inclusions":[{"type":"file","path":"/a"}],"exclusions":[],"notifications":[]}"#
            )
        }
    }

    @Test func `a draft that breaks a rule is an invalid configuration`() async throws {
        try await LoopbackServer.run { _ in
            .json(#"{"message": "no", "errors": ["x"]}"#, status: 400)
        } _: { server in
            let service = try bench.service(server, agent: "a1")
            let draft = ConfigurationDraft(name: "n", inclusions: [])
            let error = await #expect(throws: BackupError.self) { try await service.create(draft) }
            #expect(error?.code == .invalidConfiguration)
            #expect(
                error?.description == "POST /configurations was answered with 400: no: x. "
                    + "Correct what the service names."
            )
        }
    }

    @Test func `a second delete changes nothing`() async throws {
        try await LoopbackServer.run {
            $0.method == "DELETE" ? .answer(404) : .json(#"{"id": "c1", "deleted": true}"#)
        } _: { server in
            try await bench.service(server).delete("c1")
            #expect(
                server.lines == ["DELETE /v2/123456/configurations/c1", "GET /v2/123456/configurations/c1"]
            )
        }
    }

    @Test func `a restore says everything that the contract wants`() async throws {
        let json = #"{"id": "r1", "state": "start_requested", "overwrite_files": "true"}"#
        try await LoopbackServer.run { _ in
            .json(json, status: 201)
        } _: { server in
            let draft = RestoreDraft(
                backup: "b1",
                destinationAgent: "a2",
                overwriteFiles: true,
                inclusions: [PathRule(type: .folder, path: "/data/")]
            )
            let restore = try await bench.service(server).startRestore(draft, key: "k")
            #expect(restore.overwriteFiles)
            #expect(
                server.requests.first?.body
                    == #"{"backup_id":"b1","destination_agent_id":"a2","destination_path":null,"overwrite_files":true,"#
                    + #""encrypted_password_hex":null,"inclusions":[{"type":"folder","path":"/data/"}],"exclusions":[]}"#
            )
            #expect(server.requests.first?.header("Idempotency-Key") == "k")
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
            let items = try await bench.service(server).browse("b1", path: "/data")
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
            let service = try bench.service(server)
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
            let service = try bench.service(server)
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
            let service = try bench.service(server)
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
