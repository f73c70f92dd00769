import BackupAPI
import CloudBackup
import LoopbackTesting
import Testing

struct RequestTests {
    let bench = Bench()

    @Test func `a start sends the caller's key and asks for a start by hand`() async throws {
        try await LoopbackServer.run { _ in
            .json(.backup(), status: 201)
        } _: { server in
            let backup = try await bench.service(port: server.port).start("c1", key: "run/1/2")
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
            let backup = try await bench.service(port: server.port).stop("b1")
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
            let service = try bench.service(port: server.port)
            let error = await #expect(throws: BackupError.self) { try await service.stop("b1") }
            #expect(error?.code == .conflict)
            #expect(error?.message == "PATCH /backups/b1 was answered with 409: already completed")
        }
    }

    @Test func `changes of a configuration are one patch, lists as a whole`() async throws {
        try await LoopbackServer.run {
            $0.method == "PATCH" ? .answer(204) : .json(#"{"id": "c1"}"#)
        } _: { server in
            let service = try bench.service(port: server.port)
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
            let configuration = try await bench.service(port: server.port).create(draft)
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
            let service = try bench.service(port: server.port, agent: "a1")
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
            try await bench.service(port: server.port).delete("c1")
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
            let restore = try await bench.service(port: server.port).startRestore(draft, key: "k")
            #expect(restore.overwriteFiles)
            #expect(
                server.requests.first?.body
                    == #"{"backup_id":"b1","destination_agent_id":"a2","destination_path":null,"overwrite_files":true,"#
                    + #""encrypted_password_hex":null,"inclusions":[{"type":"folder","path":"/data/"}],"exclusions":[]}"#
            )
            #expect(server.requests.first?.header("Idempotency-Key") == "k")
        }
    }
}
