import BackupAPI
import CloudBackup
import Logging
import LoopbackTesting
import Synchronization
import Testing

struct SecrecyTests {
    let bench = Bench()

    @Test func `a redirect to another host is refused, and the token does not go there`() async throws {
        try await LoopbackServer.run { _ in
            .json(.backup())
        } _: { other in
            try await LoopbackServer.run { request in
                .answer(302, ["Location": "http://localhost:\(other.port)\(request.uri)"])
            } _: { server in
                let service = try bench.service(port: server.port)
                let error = await #expect(throws: BackupError.self) { try await service.backup("b1") }
                #expect(error?.code == .service)
                #expect(
                    error?.description == """
                        GET /backups/b1 was redirected from http://127.0.0.1:\(server.port) to \
                        http://localhost:\(other.port), and the token goes to http://127.0.0.1:\(server.port) only. \
                        If the service has moved, change its base URL.
                        """
                )
                #expect(other.lines.isEmpty)
            }
        }
    }

    @Test func `a redirect of a read within its host is followed, but not for ever`() async throws {
        try await LoopbackServer.run { request in
            request.path == "/v2/123456/backups/b1"
                ? .answer(307, ["Location": "/v2/backups/b1"]) : .json(.backup())
        } _: { server in
            _ = try await bench.service(port: server.port).backup("b1")
            #expect(server.lines == ["GET /v2/123456/backups/b1", "GET /v2/backups/b1"])
        }
        try await LoopbackServer.run {
            .answer(302, ["Location": $0.uri])
        } _: { server in
            let service = try bench.service(port: server.port)
            let error = await #expect(throws: BackupError.self) { try await service.backup("b1") }
            #expect(
                error?.description == "GET /backups/b1 was redirected more than 3 times. "
                    + "Check the base URL of the service."
            )
            #expect(server.lines.count == 4)
        }
    }

    @Test func `a redirect of a start is not followed`() async throws {
        try await LoopbackServer.run { _ in
            .answer(307, ["Location": "/v2/backups"])
        } _: { server in
            let service = try bench.service(port: server.port)
            _ = await #expect(throws: BackupError.self) { try await service.start("c1", key: nil) }
            #expect(server.lines == ["POST /v2/123456/backups"])
        }
    }

    @Test func `no log and no description has a secret`() async throws {
        let lines = Lines()
        let server: LoopbackServer.Script = {
            .answer(500, [:], #"{"message": "\#($0.headers) \#($0.body)"}"#)
        }
        try await LoopbackServer.run(server) { server in
            let settings = CloudSettings(
                endpoint: .baseURL("http://127.0.0.1:\(server.port)/v2"),
                credentials: .fixedToken(Bench.token),
                deadlines: CloudDeadlines(call: .seconds(1))
            )
            let service = try CloudBackupService(
                settings,
                now: { .init(seconds: 0) },
                pauses: bench.pauses,
                lateness: bench.lateness,
                log: Logger(label: "test") { _ in lines }
            )
            let error = await #expect(throws: BackupError.self) { try await service.backup("b1") }
            var dumped = ""
            dump(service, to: &dumped)
            dump(settings, to: &dumped)
            dump(error, to: &dumped)
            #expect(error?.message.contains("***") == true)
            for text in [dumped, "\(service) \(settings) \(error, default: "")", lines.text] {
                #expect(!text.contains(Bench.token))
            }
            #expect(lines.text.contains("GET /backups/b1"))
        }
    }

    @Test(arguments: [
        (
            "ftp://host/v2",
            "the service's address is no URL of HTTP. Give an address such as https://HOST/v2/PROJECT."
        ),
        (
            "no url",
            "the service's address is no URL of HTTP. Give an address such as https://HOST/v2/PROJECT."
        ),
        (
            "https://user:\(Bench.token)@host/v2",
            "the service's address at https://host:443 has more than scheme, host, port and path. "
                + "Give a name or password with the credentials, not in the address."
        ),
        (
            "http://backup.example.com/v2",
            "the token would go to http://backup.example.com:80 without TLS. "
                + "Use https, or allow plain HTTP in the settings."
        ),
    ])
    func `an address that cannot be used is refused at once`(address: String, text: String) throws {
        let settings = CloudSettings(endpoint: .baseURL(address), credentials: .fixedToken(Bench.token))
        let error = #expect(throws: BackupError.self) {
            try CloudBackupService(settings, now: { .init(seconds: 0) })
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.description == text)
    }

    @Test func `the project stands in the address once`() async throws {
        try await LoopbackServer.run { _ in
            .json(.backup())
        } _: { server in
            _ = try await bench.service(port: server.port, path: "/v2/", projectID: "7").backup("b1")
            _ = try await bench.service(port: server.port, path: "/v2/7/", projectID: "7").backup("b1")
            _ = try await bench.service(port: server.port, path: "/v2").backup("b1")
            #expect(server.lines == ["GET /v2/7/backups/b1", "GET /v2/7/backups/b1", "GET /v2/backups/b1"])
        }
    }
}

/// Notes everything that is logged.
private final class Lines: LogHandler, Sendable {
    private let noted = Mutex("")

    var text: String { noted.withLock { $0 } }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        noted.withLock { $0 += "\(event.message) \(event.metadata ?? [:])\n" }
    }
}
