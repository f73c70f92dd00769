import BackupAPI
import BackupServer
import BackupTesting
import Testing

/// Many connections at a time, and clients that are slow.
@Suite(.timeLimit(.minutes(2))) struct ConnectionTests {
    private static let ping = "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n"
    private static let pong = "\r\n\r\n"

    private func settings(maximum: Int) -> ServerSettings {
        var settings = ServerSettings.make()
        settings.maximumConnections = maximum
        return settings
    }

    @Test func `the connection that has kept the server waiting longest gives way to a new one`() async throws
    {
        try await withServer(settings: settings(maximum: 3)) { server in
            // Each is known to be accepted before the next is made.
            let first = try await accepted(server)
            let oldest = try await accepted(server)
            let third = try await accepted(server)
            try await answers(first)
            let new = try await accepted(server)
            #expect(await oldest.received().isEmpty)
            for connection in [first, third, new] { try await answers(connection) }
        }
    }

    @Test(arguments: [
        "GET /ping HTTP/1.1\r\nHos",
        "POST /v2.0/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{",
    ])
    func `connections that are slow with a request give way`(start: String) async throws {
        try await withServer(settings: settings(maximum: 3)) { server in
            let slow = [
                try await accepted(server), try await accepted(server), try await accepted(server),
            ]
            for connection in slow { connection.send(start) }
            let new = [
                try await accepted(server), try await accepted(server), try await accepted(server),
            ]
            for connection in slow { #expect(await connection.received().isEmpty) }
            for connection in new { try await answers(connection) }
        }
    }

    @Test func `300 connections that say nothing keep nobody out`() async throws {
        try await withServer { server in
            let silent = try (1...300).map { _ in try RawConnection(port: server.port) }
            let reply = try await server.get("/v2/backups")
            #expect(reply.status == 200)
            #expect(await silent[0].received().isEmpty)
        }
    }

    @Test func `a connection that the server works for is not closed for another`() async throws {
        let (gate, asked) = (Gate(), Gate())
        try await withServer(
            settings: settings(maximum: 1),
            over: { SlowAgents(base: $0, asked: asked, gate: gate) }
        ) { server in
            let first = try RawConnection(port: server.port)
            first.send("GET /v2/agents HTTP/1.1\r\nHost: x\r\nX-Auth-Token: \(server.token)\r\n\r\n")
            try await asked.pass()
            let second = try RawConnection(port: server.port)
            second.send(Self.ping)
            gate.open()
            #expect(await first.received(upTo: "]}").hasPrefix("HTTP/1.1 200"))
            #expect(await second.received(upTo: Self.pong).hasPrefix("HTTP/1.1 204"))
        }
    }

    @Test func `a client that does not take its answer gives way`() async throws {
        let agent = Agent.make(name: String(repeating: "x", count: 12_000_000))
        try await withServer(InMemoryBackupService(agents: [agent]), settings: settings(maximum: 1)) {
            server in
            let slow = try RawConnection(port: server.port)
            slow.send("GET /v2/agents HTTP/1.1\r\nHost: x\r\nX-Auth-Token: \(server.token)\r\n\r\n")
            await slow.waitForFirstByte()
            let other = try RawConnection(port: server.port)
            try await answers(other)
            #expect(await slow.received().utf8.count < 12_000_000)
        }
    }

    @Test(arguments: ["GET /ping HTTP/1.1\r\nHos", ping + "GET /ping HTTP/1.1\r\nHos"])
    func `headers that do not come to an end in time end the connection`(text: String) async throws {
        var settings = ServerSettings.make()
        settings.headTimeout = .milliseconds(50)
        settings.idleTimeout = .seconds(100)
        try await withServer(settings: settings) { server in
            let connection = try RawConnection(port: server.port)
            connection.send(text)
            // The rest of a second request's headers comes when the first is answered.
            if text.hasPrefix(Self.ping) {
                _ = await connection.received(upTo: Self.pong)
                connection.send("t")
            }
            #expect(await connection.received().isEmpty)
        }
    }

    private func accepted(_ server: Fixture) async throws -> RawConnection {
        let connection = try RawConnection(port: server.port)
        try await answers(connection)
        return connection
    }

    private func answers(_ connection: RawConnection) async throws {
        connection.send(Self.ping)
        #expect(await connection.received(upTo: Self.pong).hasPrefix("HTTP/1.1 204"))
    }
}

/// A service that says who its agents are when a gate opens.
private struct SlowAgents: ForwardingBackupService {
    let base: InMemoryBackupService
    let asked: Gate
    let gate: Gate

    func agents() async throws -> [Agent] {
        asked.open()
        try await gate.pass()
        return try await base.agents()
    }
}
