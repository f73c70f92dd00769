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
            #expect(
                server.service.startRequests.map(\.key) == [
                    "http:123456:test:a", "http:123456:test:a", "http:123456:test:b",
                ]
            )
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

    @Test func `a key that comes again with another body is refused`() async throws {
        let service = InMemoryBackupService([.make("nightly"), .make("mail")])
        _ = try await service.wait(for: service.start("nightly", key: nil).id)
        _ = try await service.wait(for: service.start("mail", key: nil).id)
        try await withServer(service) { server in
            let headers = ["Idempotency-Key": "a"]
            let first = try await server.send("POST", "/v2/backups", Self.start, headers: headers)
            #expect(first.status == 201)
            let other = Self.start.replacing("nightly", with: "mail")
            let reply = try await server.send("POST", "/v2/backups", other, headers: headers)
            #expect(reply.status == 422)
            let id = ResourceID<Backup>.make(3)
            #expect(
                reply.body
                    == #"{"message":"the Idempotency-Key was used with another body, for the backup '\#(id)'; use a new key"}"#
            )
            let restore = server.filled(Samples.restore)
            #expect(try await server.send("POST", "/v2/restores", restore, headers: headers).status == 201)
            let changes = [
                (#""overwrite_files":false"#, #""overwrite_files":true"#),
                ("/restore/target", "/restore/other"),
                (#""/restore/target""#, "null"), ("/data/cache/", "/data/tmp/"), (#""/data/""#, #""/srv/""#),
                (ResourceID<Backup>.make(1).rawValue, ResourceID<Backup>.make(2).rawValue),
            ]
            for (old, new) in changes {
                let changed = restore.replacing(old, with: new)
                #expect(changed != restore)
                let reply = try await server.send("POST", "/v2/restores", changed, headers: headers)
                #expect(reply.status == 422)
                #expect(
                    reply.body
                        == server.filled(
                            #"{"message":"the Idempotency-Key was used with another body, for the restore 'RESTORE_ID'; use a new key"}"#
                                .replacing(", ", with: "COMMA")
                        ).replacing("COMMA", with: ", ")
                )
            }
            #expect(try await server.send("POST", "/v2/restores", restore, headers: headers).status == 201)
        }
    }

    @Test func `a key belongs to whom the token is for`() async throws {
        try await withServer { server in
            func start(_ token: String) async throws -> String? {
                let headers = ["Idempotency-Key": "a"]
                return try await server.send(
                    "POST",
                    "/v2/backups",
                    Self.start,
                    token: token,
                    headers: headers
                ).location
            }
            func token(_ name: String) async throws -> String {
                try await server.tokens.createToken(for: name, project: "123456", lifetime: .seconds(60))
                    .secret
            }
            let (other, same) = (try await token("other"), try await token("test"))
            let first = try await start(server.token)
            let others = try await start(other)
            #expect(others != first)
            // A token that replaces another one finds what was started with that.
            let again = try await start(same)
            #expect(again == first)
            #expect(server.service.startCount == 2)
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
