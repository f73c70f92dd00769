import BackupAPI
import BackupServer
import BackupTesting
import Testing

@Suite(.timeLimit(.minutes(2))) struct IdempotencyTests {
    private static let start = #"{"configuration_id": "nightly", "state": "start_requested"}"#

    @Test func `starts with one key are one backup`() async throws {
        try await withServer { server in
            var replies: [Reply] = []
            for key in ["a", "a", "b"] {
                replies.append(
                    try await server.send(
                        "POST",
                        "/v2/backups",
                        Self.start,
                        headers: ["Idempotency-Key": key]
                    )
                )
            }
            #expect(replies.map(\.status) == [201, 201, 201])
            #expect(replies[0].location == replies[1].location)
            #expect(replies[1].location != replies[2].location)
            #expect(server.service.startCount == 2)
            #expect(server.service.startRequests.map(\.key) == ["http:a", "http:a", "http:b"])
        }
    }

    @Test func `restores and cleanups keep their keys, too`() async throws {
        let service = InMemoryBackupService()
        _ = try await service.wait(for: service.start("nightly", key: nil).id)
        try await withServer(service) { server in
            let bodies = [
                "/v2/restores": server.filled(Samples.restore),
                "/v2/cleanups": server.filled(#"{"agent_id": "AGENT_ID", "state": "start_requested"}"#),
            ]
            for (path, body) in bodies {
                let headers = ["Idempotency-Key": "one"]
                let first = try await server.send("POST", path, body, headers: headers)
                let second = try await server.send("POST", path, body, headers: headers)
                #expect(first.status == 201 && second.status == 201)
                #expect(first.location == second.location)
            }
        }
    }

    @Test func `a key of another configuration's backup is a conflict`() async throws {
        try await withServer(InMemoryBackupService([.make("nightly"), .make("mail")])) { server in
            let headers = ["Idempotency-Key": "a"]
            #expect(try await server.send("POST", "/v2/backups", Self.start, headers: headers).status == 201)
            let other = Self.start.replacing("nightly", with: "mail")
            let reply = try await server.send("POST", "/v2/backups", other, headers: headers)
            #expect(reply.status == 409)
            #expect(
                reply.body
                    == server.filled(
                        #"{"message":"the Idempotency-Key was used for a backup of something elseREST'BACKUP_ID'"}"#
                    ).replacing("REST", with: ", ")
            )
        }
    }

    @Test func `a key that is empty, long or not ASCII is refused`() async throws {
        try await withServer { server in
            for key in [String(repeating: "k", count: 256), "a b"] {
                let reply = try await server.send(
                    "POST",
                    "/v2/backups",
                    Self.start,
                    headers: ["Idempotency-Key": key]
                )
                #expect(reply.status == 400)
                #expect(
                    reply.body
                        == #"{"message":"Idempotency-Key must have 1 to 255 visible ASCII characters"}"#
                )
            }
        }
    }
}
