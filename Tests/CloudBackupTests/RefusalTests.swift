import BackupAPI
import CloudBackup
import LoopbackTesting
import Testing

struct RefusalTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let status: Int
        let code: BackupError.Code
        let text: String
        var isRetryable = false
        var testDescription: String { "\(status)" }
    }

    let bench = Bench()

    /// The code of the error that a call throws.
    private func code(_ call: () async throws -> Void) async -> BackupError.Code? {
        do {
            try await call()
            return nil
        } catch {
            return (error as? BackupError)?.code
        }
    }

    @Test(arguments: [
        Refusal(
            status: 400,
            code: .invalidRequest,
            text: "GET /agents was answered with 400: no: a; b. Correct what the service names."
        ),
        Refusal(
            status: 401,
            code: .unauthorized,
            text: "GET /agents was answered with 401: no: a; b. "
                + "Check the user name and the API key, or get a new token."
        ),
        Refusal(
            status: 403,
            code: .forbidden,
            text: "GET /agents was answered with 403: no: a; b. "
                + "The user may need the role cloudbackup:observer; else a rule of the service forbids it."
        ),
        Refusal(
            status: 404,
            code: .service,
            text: "GET /agents was answered with 404: no: a; b. Check the base URL of the service."
        ),
        Refusal(
            status: 405,
            code: .unsupported,
            text: "GET /agents was answered with 405: no: a; b. This service does not offer it."
        ),
        Refusal(
            status: 409,
            code: .conflict,
            text: "GET /agents was answered with 409: no: a; b. Read the resource again to see its state."
        ),
        Refusal(
            status: 422,
            code: .conflict,
            text: "GET /agents was answered with 422: no: a; b. "
                + "The key of this start belongs to another one; start it anew, with a key of its own."
        ),
        Refusal(
            status: 501,
            code: .unsupported,
            text: "GET /agents was answered with 501: no: a; b. This service does not offer it."
        ),
    ])
    func `a refusal says what was asked, what the service said, and what to do`(refusal: Refusal) async throws
    {
        let body = #"{"message": "no", "errors": ["a", "b"]}"#
        try await LoopbackServer.run { _ in
            .json(body, status: refusal.status)
        } _: { server in
            let service = try bench.service(port: server.port)
            let error = await #expect(throws: BackupError.self) { try await service.agents() }
            #expect(error?.code == refusal.code)
            #expect(error?.description == refusal.text)
            #expect(error?.isRetryable == false)
            #expect(server.lines == ["GET /v2/123456/agents"])
        }
    }

    @Test func `a 404 without a body names the resource that is not there`() async throws {
        try await LoopbackServer.run { _ in
            .answer(404)
        } _: { server in
            let service = try bench.service(port: server.port)
            let backup = await #expect(throws: BackupError.self) { try await service.backup("b9") }
            #expect(backup?.code == .unknownBackup)
            #expect(backup?.description == "no backup has the id 'b9'. List the backups to see their ids.")
            #expect(await code { _ = try await service.configuration("c9") } == .unknownConfiguration)
            #expect(await code { _ = try await service.start("c9", key: nil) } == .unknownConfiguration)
            #expect(await code { _ = try await service.restore("r9") } == .unknownRestore)
            #expect(await code { _ = try await service.cleanup("k9") } == .unknownCleanup)
            #expect(await code { _ = try await service.startCleanup("a9", key: nil) } == .unknownAgent)
            #expect(await code { _ = try await service.errors(of: "b9") } == .unknownBackup)
            #expect(await code { _ = try await service.events(of: .agent("a9"), Page()) } == .unknownAgent)
            #expect(await code { try await service.delete("c9") } == .unknownConfiguration)
        }
    }

    @Test(arguments: ["", ".", ".."])
    func `an id that would change the path is unknown, and nothing is sent`(id: String) async throws {
        try await LoopbackServer.run { _ in
            .json(.backup())
        } _: { server in
            let service = try bench.service(port: server.port)
            let error = await #expect(throws: BackupError.self) { try await service.backup(ResourceID(id)) }
            #expect(error?.code == .unknownBackup)
            #expect(server.lines.isEmpty)
        }
    }

    @Test func `an id with separators stays one segment`() async throws {
        try await LoopbackServer.run { _ in
            .answer(404)
        } _: { server in
            let service = try bench.service(port: server.port)
            _ = await #expect(throws: BackupError.self) { try await service.backup("a/../b?c=d é") }
            #expect(server.lines == ["GET /v2/123456/backups/a%2F..%2Fb%3Fc%3Dd%20%C3%A9"])
        }
    }

    @Test func `a start of a configuration that is refused as invalid is looked up`() async throws {
        try await LoopbackServer.run {
            $0.method == "POST" ? .answer(400) : .answer(404)
        } _: { server in
            let service = try bench.service(port: server.port)
            let error = await #expect(throws: BackupError.self) { try await service.start("c9", key: nil) }
            #expect(error?.code == .unknownConfiguration)
            #expect(server.lines == ["POST /v2/123456/backups", "GET /v2/123456/configurations/c9"])
        }
    }
}
