import BackupAPI
import BackupServer
import BackupTesting
import Foundation
import Logging
import Testing

@Suite(.timeLimit(.minutes(2))) struct HardeningTests {
    @Test(arguments: ["/v2/backups", "/v2.0/tokens", "/v2/123456/none"])
    func `a body of 10 MB is refused, and the server goes on`(path: String) async throws {
        try await withServer { server in
            let body = String(repeating: "x", count: 10_000_000)
            let reply = try await server.send("POST", path, body)
            if path == "/v2/123456/none" {
                #expect(reply.status == 404)
            } else {
                #expect(reply.status == 413)
                #expect(reply.body == #"{"message":"the body has more than 1048576 bytes"}"#)
            }
            #expect(try await server.get("/v2/backups").status == 200)
        }
    }

    @Test func `a client that does not send its body in time is told so, and cut off`() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in
            let head = "POST /v2/backups HTTP/1.1\r\nHost: x\r\nX-Auth-Token: \(server.token)\r\n"
            let connection = try RawConnection(port: server.port)
            connection.send(head + "Content-Length: 100\r\n\r\n{")
            try await clock.waitForSleepers()
            clock.advance(by: .seconds(20))
            let text = await connection.received()
            #expect(text.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
            #expect(text.hasSuffix(#"{"message":"the body did not arrive within 20.0 seconds"}"#))
            #expect(try await server.get("/v2/backups").status == 200)
        }
    }

    @Test func `a body that nobody reads is waited for no longer than another`() async throws {
        let clock = ManualClock()
        try await withServer(clock: clock) { server in
            let head = "POST /v2/123456/none HTTP/1.1\r\nHost: x\r\nX-Auth-Token: \(server.token)\r\n"
            let connection = try RawConnection(port: server.port)
            connection.send(head + "Content-Length: 100\r\n\r\n{")
            try await clock.waitForSleepers()
            clock.advance(by: .seconds(20))
            let text = await connection.received()
            #expect(text.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        }
    }

    @Test func `a connection that says nothing is closed`() async throws {
        var settings = ServerSettings.make()
        settings.idleTimeout = .milliseconds(50)
        try await withServer(settings: settings) { server in
            let connection = try RawConnection(port: server.port)
            // Not even a byte.
            let text = await connection.received()
            #expect(text.isEmpty)
        }
    }

    @Test func `an answer to HEAD has the length of the body, and no body`() async throws {
        try await withServer { server in
            let connection = try RawConnection(port: server.port)
            connection.send(
                "HEAD /v2/backups HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Auth-Token: \(server.token)\r\n\r\n"
            )
            connection.finishSending()
            let text = await connection.received()
            #expect(text.contains("\r\nContent-Length: 14\r\n"))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `headers without bounds are refused`() async throws {
        try await withServer { server in
            let long = try await server.send(
                "GET",
                "/v2/backups",
                headers: ["X-Long": String(repeating: "x", count: 20_000)]
            )
            #expect(long.status == 400)
            #expect(try await server.get("/v2/backups").status == 200)
        }
    }

    @Test func `an address that others reach needs TLS or a word of consent`() async throws {
        let server = BackupServer(
            service: InMemoryBackupService(),
            settings: ServerSettings(host: "0.0.0.0", port: 0),
            tokens: FileTokenStore(path: "/none", now: { .sample }),
            logger: Logger(label: "test"),
            now: { .sample },
            makeID: { "id" }
        )
        let error = await #expect(throws: ServerError.self) { try await server.run() }
        #expect(error?.code == .plainText)
        #expect(
            error?.description
                == "tokens would cross the network unencrypted: '0.0.0.0' is open to other hosts, and there is no TLS. "
                + "Give a certificate and its key, listen on 127.0.0.1, or allow plain text explicitly."
        )
    }

    @Test func `a port that is taken is named`() async throws {
        try await withServer { server in
            let second = BackupServer(
                service: server.service,
                settings: ServerSettings(port: server.port),
                tokens: server.tokens,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                now: { .sample },
                makeID: { "id" }
            )
            let error = await #expect(throws: ServerError.self) { try await second.run() }
            #expect(error?.code == .address)
            #expect(error?.message.hasPrefix("cannot listen on 127.0.0.1:\(server.port): ") == true)
        }
    }

    @Test func `backups go on when the server ends`() async throws {
        let gate = Gate()
        let service = InMemoryBackupService(scripts: ["nightly": [.waits(for: gate)]])
        try await withServer(service) { server in
            let body = #"{"configuration_id": "nightly", "state": "start_requested"}"#
            let reply = try await server.send("POST", "/v2/backups", body)
            #expect(reply.status == 201)
        }
        #expect(try await service.backup(.make(1)).state == .inProgress)
        gate.open()
        #expect(try await service.backup(.make(1)).state == .completed)
    }

    @Test func `links begin with the configured address, whatever the client calls the host`() async throws {
        var settings = ServerSettings.make()
        settings.baseURL = "https://backup.example.org/"
        try await withServer(settings: settings) { server in
            let reply = try await server.send("GET", "/v2/agents", headers: ["Host": "evil.example.com"])
            #expect(reply.body.contains("https://backup.example.org/v2/agents/"))
            #expect(!reply.body.contains("evil"))
        }
    }
}
