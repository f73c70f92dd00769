import BackupAPI
import BackupTesting
import CloudBackup
import LoopbackTesting
import Synchronization
import Testing

struct SessionTests {
    let bench = Bench()
    let now = Moment()

    /// A moment that a test moves.
    final class Moment: Sendable {
        private let value = Mutex(Timestamp.sample)
        var now: Timestamp { value.withLock { $0 } }
        func advance(by duration: Duration) { value.withLock { $0 = $0.advanced(by: duration) } }
    }

    /// An identity service and a backup service in one: each login gives the next token, good for an hour.
    private func script(
        refusing refused: Set<String> = [],
        endpoint: @escaping @Sendable (LoopbackServer.Request) -> String = { _ in "" }
    ) -> LoopbackServer.Script {
        let counter = Logins()
        return { [now] request in
            guard request.path == "/v2.0/tokens" else {
                let token = request.header("X-Auth-Token") ?? ""
                guard !refused.contains(token) else {
                    return .answer(401, [:], #"{"message": "bad \#(token)"}"#)
                }
                return .json(.backup())
            }
            let expires = now.now.advanced(by: .seconds(3_600))
            return .json(
                """
                {"access": {"token": {"id": "t\(counter.next())", "expires": "\(expires)"},
                 "serviceCatalog": [{"name": "cloudBackup", "type": "rax:backup", "endpoints": [
                  {"region": "DFW", "tenantId": "1", "publicURL": "\(endpoint(request))/v2/1"},
                  {"region": "DFW", "tenantId": "2", "publicURL": "\(endpoint(request))/v2/2"},
                  {"region": "ORD", "tenantId": "1", "publicURL": "http://127.0.0.2:9/v2/1"}]}]}}
                """
            )
        }
    }

    private final class Logins: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock {
                $0 += 1
                return $0
            }
        }
    }

    private func service(
        _ server: LoopbackServer,
        region: String? = nil,
        projectID: String? = nil,
        key: String = Bench.key
    ) throws -> CloudBackupService {
        let origin = "http://127.0.0.1:\(server.port)"
        return try CloudBackupService(
            CloudSettings(
                endpoint: region.map { .region($0) } ?? .baseURL("\(origin)/v2/1"),
                credentials: .apiKey(userName: "jsmith", identityURL: "\(origin)/v2.0/") { key },
                projectID: projectID
            ),
            now: { [now] in now.now },
            pauses: bench.pauses,
            lateness: bench.lateness
        )
    }

    @Test func `a login sends the user's name and key, and its token goes with every request`() async throws {
        try await LoopbackServer.run(script()) { server in
            let service = try service(server)
            _ = try await service.backup("b1")
            _ = try await service.backup("b1")
            #expect(
                server.requests[0].body
                    == #"{"auth":{"RAX-KSKEY:apiKeyCredentials":{"username":"jsmith","apiKey":"\#(Bench.key)"}}}"#
            )
            #expect(server.lines == ["POST /v2.0/tokens", "GET /v2/1/backups/b1", "GET /v2/1/backups/b1"])
            #expect(server.requests.map { $0.header("X-Auth-Token") } == [nil, "t1", "t1"])
        }
    }

    @Test func `a token is renewed before it expires`() async throws {
        try await LoopbackServer.run(script()) { server in
            let service = try service(server)
            _ = try await service.backup("b1")
            now.advance(by: .seconds(3_230))
            _ = try await service.backup("b1")
            #expect(server.count("POST") == 1)
            now.advance(by: .seconds(20))
            _ = try await service.backup("b1")
            #expect(server.count("POST") == 2)
            #expect(server.requests.last?.header("X-Auth-Token") == "t2")
        }
    }

    @Test func `a refused token is renewed once, also for a start`() async throws {
        try await LoopbackServer.run(script(refusing: ["t1"])) { server in
            let backup = try await service(server).start("c1", key: nil)
            #expect(backup.id == "b1")
            #expect(
                server.lines == [
                    "POST /v2.0/tokens", "POST /v2/1/backups", "POST /v2.0/tokens", "POST /v2/1/backups",
                ]
            )
        }
    }

    @Test func `a new token that is refused too is an error that does not show it`() async throws {
        try await LoopbackServer.run(script(refusing: ["t1", "t2"])) { server in
            let service = try service(server)
            let error = await #expect(throws: BackupError.self) { try await service.backup("b1") }
            #expect(error?.code == .unauthorized)
            #expect(
                error?.description == "GET /backups/b1 was answered with 401: bad ***. "
                    + "Check the user name and the API key, or get a new token."
            )
            #expect(server.count("POST") == 2)
        }
    }

    @Test func `a fixed token that is refused is not sent again`() async throws {
        try await LoopbackServer.run { _ in
            .answer(401)
        } _: { server in
            let service = try bench.service(port: server.port)
            let error = await #expect(throws: BackupError.self) { try await service.backup("b1") }
            #expect(error?.code == .unauthorized)
            #expect(server.lines.count == 1)
        }
    }

    @Test func `callers at the same time share one login`() async throws {
        try await LoopbackServer.run(script()) { server in
            let service = try service(server)
            try await withThrowingTaskGroup { group in
                for _ in 0..<50 { group.addTask { _ = try await service.backup("b1") } }
                try await group.waitForAll()
            }
            #expect(server.count("POST") == 1)
            #expect(server.count("GET") == 50)
        }
    }

    @Test func `a region's address comes from the catalog`() async throws {
        try await LoopbackServer.run(script { "http://\($0.header("Host") ?? "")" }) { server in
            _ = try await service(server, region: "dfw").backup("b1")
            _ = try await service(server, region: "DFW", projectID: "2").backup("b1")
            #expect(
                server.lines.filter { $0.hasPrefix("GET") } == [
                    "GET /v2/1/backups/b1", "GET /v2/2/backups/b1",
                ]
            )
            #expect(server.requests.last?.header("X-Auth-Project-Id") == "2")
        }
    }

    @Test func `a region that the catalog does not have is an error that lists those it has`() async throws {
        try await LoopbackServer.run(script { _ in "" }) { server in
            let service = try service(server, region: "SYD")
            let error = await #expect(throws: BackupError.self) { try await service.backup("b1") }
            #expect(error?.code == .invalidRequest)
            #expect(
                error?.description
                    == "the service catalog has no Cloud Backup in the region 'SYD'. Known are: DFW, ORD."
            )
        }
    }

    @Test func `a wrong key is unauthorized, and the error does not show it`() async throws {
        try await LoopbackServer.run { request in
            .json(
                #"{"unauthorized": {"code": 401, "message": "no such key: \#(request.body)"}}"#,
                status: 401
            )
        } _: { server in
            let service = try service(server)
            let error = await #expect(throws: BackupError.self) { try await service.backup("b1") }
            #expect(error?.code == .unauthorized)
            #expect(error?.message.contains(Bench.key) == false)
            #expect(
                error?.message.hasPrefix(
                    "the identity service does not accept the API key of 'jsmith': POST /tokens was answered with 401"
                ) == true
            )
            #expect(error?.fix == "Check the user name and the API key.")
        }
    }

    @Test(arguments: ["", "key\nwith a line", "ключ"])
    func `a key that cannot be one is refused before it is sent`(key: String) async throws {
        try await LoopbackServer.run(script()) { server in
            let service = try service(server, key: key)
            let error = await #expect(throws: BackupError.self) { try await service.backup("b1") }
            #expect(
                error?.description
                    == "the API key is empty or has characters that none can have. "
                    + "Look for spaces and line ends at its begin and end."
            )
            #expect(server.lines.isEmpty)
        }
    }
}
