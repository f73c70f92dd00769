import BackupAPI
import BackupServer
import BackupTesting
import Testing

/// A list that is asked for with a key tells what has become of the start with it.
@Suite(.timeLimit(.minutes(2))) struct FateTests {
    private static let start = #"{"configuration_id": "nightly", "state": "start_requested"}"#

    @Test func `the activities of a configuration tell of a backup`() async throws {
        try await withServer { server in
            let path = "/v2/configurations/nightly/activities"
            let headers = ["Idempotency-Key": "run/0#1"]
            let before = try await server.send("GET", path, headers: headers)
            #expect(before.status == 200)
            #expect(before.headers["idempotency-key"] == "run/0#1")
            #expect(before.location == nil)
            let start = try await server.send("POST", "/v2/backups", Self.start, headers: headers)
            let after = try await server.send("GET", path, headers: headers)
            #expect(after.headers["idempotency-key"] == "run/0#1")
            #expect(after.location == start.location)
            let plain = try await server.get(path)
            #expect(after.body == plain.body)
            #expect(server.service.startCount == 1)
        }
    }

    @Test func `the lists of restores and of cleanups tell of theirs`() async throws {
        let service = InMemoryBackupService()
        _ = try await service.wait(for: service.start("nightly", key: nil).id)
        try await withServer(service) { server in
            let bodies = [
                "/v2/restores": server.filled(Samples.restore),
                "/v2/cleanups": server.filled(#"{"agent_id": "AGENT_ID", "state": "start_requested"}"#),
            ]
            for (path, body) in bodies {
                let headers = ["Idempotency-Key": "one"]
                #expect(try await server.send("GET", path, headers: headers).location == nil)
                let start = try await server.send("POST", path, body, headers: headers)
                let list = try await server.send("GET", path, headers: headers)
                #expect(list.headers["idempotency-key"] == "one")
                #expect(list.location == start.location)
            }
        }
    }

    @Test func `a list that is asked for without a key says nothing of keys, and a bad key is refused`()
        async throws
    {
        try await withServer { server in
            let list = try await server.get("/v2/restores")
            #expect(list.headers["idempotency-key"] == nil)
            let refusal = try await server.send("GET", "/v2/restores", headers: ["Idempotency-Key": "a b"])
            #expect(refusal.status == 400)
        }
    }
}
