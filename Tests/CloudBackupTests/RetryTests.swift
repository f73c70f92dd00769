import BackupAPI
import BackupTesting
import CloudBackup
import LoopbackTesting
import Testing

struct RetryTests {
    typealias Reply = LoopbackServer.Reply

    let bench = Bench()

    @Test(arguments: [
        Reply.answer(500), .answer(502), .answer(503), .answer(429), .reset,
        .cutOff(200, ["Content-Type": "application/json"], #"{"id": "b"#),
    ])
    func `a read is repeated after a failure that passes`(failure: Reply) async throws {
        let answer = Reply.json(.backup())
        try await LoopbackServer.run(LoopbackServer.inTurn([failure, failure, answer])) { server in
            let backup = try await bench.service(port: server.port).backup("b1")
            #expect(backup.id == "b1")
            #expect(server.lines.count == 3)
            #expect(bench.pauses.sleeps == [.milliseconds(125), .milliseconds(250)])
        }
    }

    @Test func `a service that wants to be left alone is left alone for so long`() async throws {
        let busy = Reply.answer(503, ["Retry-After": "7"])
        try await LoopbackServer.run(LoopbackServer.inTurn([busy, .json(.backup())])) { server in
            _ = try await bench.service(port: server.port).backup("b1")
            #expect(bench.pauses.sleeps == [.milliseconds(7_125)])
        }
    }

    @Test func `a service that wants to be left alone for too long is an error that says until when`()
        async throws
    {
        try await LoopbackServer.run(LoopbackServer.inTurn([.answer(503, ["Retry-After": "3600"])])) {
            server in
            let service = try bench.service(port: server.port)
            let error = await #expect(throws: BackupError.self) { try await service.backup("b1") }
            #expect(
                error?.description == "GET /backups/b1 was answered with 503. "
                    + "The service is overloaded or in maintenance; try again in 3600 seconds."
            )
            #expect(error?.isRetryable == true)
            #expect(server.lines.count == 1)
        }
    }

    @Test func `repeats end at the deadline of the call`() async throws {
        try await LoopbackServer.run(LoopbackServer.inTurn([.answer(500)])) { server in
            let service = try bench.service(port: server.port, deadlines: CloudDeadlines(call: .seconds(3)))
            let error = await #expect(throws: BackupError.self) { try await service.backup("b1") }
            #expect(
                error?.description
                    == "GET /backups/b1 was answered with 500 (the last of 5 attempts). Try again later."
            )
            #expect(error?.code == .service)
            #expect(error?.isRetryable == true)
            #expect(bench.pauses.now.offset < .seconds(3))
        }
    }

    @Test func `an answer that never comes is late`() async throws {
        try await LoopbackServer.run { _ in
            bench.lateness.advance(by: .seconds(20))
            return .silence
        } _: { server in
            let service = try bench.service(
                port: server.port,
                deadlines: CloudDeadlines(call: .milliseconds(100))
            )
            let error = await #expect(throws: BackupError.self) { try await service.backup("b1") }
            #expect(error?.code == .timedOut)
            #expect(
                error?.description == "GET /backups/b1 was not answered within 0.1 seconds. Try again later."
            )
            #expect(error?.isRetryable == true)
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `a service that is not there is unreachable`(host: String) async throws {
        try await ClosedPort.hold { port in
            let service = try bench.service(host: host, port: port)
            let error = await #expect(throws: BackupError.self) { try await service.start("c1", key: nil) }
            #expect(error?.code == .unreachable)
            #expect(error?.isRetryable == true)
            #expect(error?.message.hasPrefix("POST /backups was not sent: http://\(host):") == true)
            #expect(error?.fix == "Check the address and the network; nothing was begun.")
            #expect(bench.pauses.sleeps.count > 3)
        }
    }

    @Test(arguments: [
        Reply.answer(500), .answer(503), .reset, .cutOff(201, [:], #"{"id": "b"#),
        .json("<html>", status: 201),
        .answer(201),
    ])
    func `a start is sent once, whatever comes back`(failure: Reply) async throws {
        try await LoopbackServer.run(LoopbackServer.inTurn([failure])) { server in
            let service = try bench.service(port: server.port)
            let error = await #expect(throws: BackupError.self) { try await service.start("c1", key: "k") }
            #expect(server.lines == ["POST /v2/123456/backups"])
            #expect(bench.pauses.sleeps.isEmpty)
            guard error?.isRetryable == false else { return }
            #expect(
                error?.fix
                    == "It is not known whether the backup was started: look at the list before another start."
            )
        }
    }

    @Test func `a start that is never answered is sent once`() async throws {
        try await LoopbackServer.run { _ in
            bench.lateness.advance(by: .seconds(20))
            return .silence
        } _: { server in
            let service = try bench.service(port: server.port)
            let error = await #expect(throws: BackupError.self) { try await service.start("c1", key: "k") }
            #expect(error?.code == .timedOut)
            #expect(error?.isRetryable == false)
            #expect(server.count("POST") == 1)
        }
    }

    @Test(arguments: [
        Reply.cutOff(201, ["Location": "https://API/v2/backups/b7"], #"{"id": "b"#),
        .answer(201, ["Location": "/v2/backups/b7"]),
    ])
    func `a start whose record is cut off is found by its location`(cutOff: Reply) async throws {
        try await LoopbackServer.run(LoopbackServer.inTurn([cutOff, .json(.backup("b7"))])) { server in
            let backup = try await bench.service(port: server.port).start("c1", key: nil)
            #expect(backup.id == "b7")
            #expect(server.lines == ["POST /v2/123456/backups", "GET /v2/123456/backups/b7"])
        }
    }

    @Test(arguments: [
        ("<html>Sign in</html>", "text/html", "no JSON, or cut off"),
        (#"{"id": "b1", "state": "que"#, "application/json", "no JSON, or cut off"),
        ("", "application/json", "empty"),
        (#"{"state": "queued"}"#, "application/json", "without 'id'"),
    ])
    func `an answer that cannot be read says so`(body: String, type: String, what: String) async throws {
        try await LoopbackServer.run(LoopbackServer.inTurn([.answer(200, ["Content-Type": type], body)])) {
            server in
            let service = try bench.service(port: server.port)
            let error = await #expect(throws: BackupError.self) { try await service.backup("b1") }
            #expect(error?.code == .service)
            #expect(
                error?.description
                    == "GET /backups/b1 was answered with 200, but its \(type) is \(what). "
                    + "Check that the base URL leads to the service and to no other page; else try again."
            )
        }
    }
}
