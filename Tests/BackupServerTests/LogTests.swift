import BackupAPI
import BackupServer
import BackupTesting
import Logging
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2))) struct LogTests {
    @Test func `each request is logged with its id, its status and who asked, and without secrets`()
        async throws
    {
        let lines = LogLines()
        try await withServer(logLines: lines) { server in
            _ = try await server.get("/v2/backups?marker=secret")
            let key = try await server.tokens.createUser("jsmith", project: "123456")
            let login =
                #"{"auth": {"RAX-KSKEY:apiKeyCredentials": {"username": "jsmith", "apiKey": "\#(key)"}}}"#
            #expect(try await server.send("POST", "/v2.0/tokens", login, token: "").status == 200)
            #expect(
                !lines.all.contains { $0.contains(key) || $0.contains(server.token) || $0.contains("secret") }
            )
        }
        let requests = lines.all.filter { $0.hasPrefix("info request ") }
        #expect(requests.count == 2)
        #expect(requests.first?.contains("hb.request.id=") == true)
        let parts = Set(requests.first?.split(separator: " ") ?? [])
        #expect(
            parts.isSuperset(of: [
                "http.method=GET", "http.path=/v2/backups", "http.status=400", "user.name=test",
            ])
        )
    }

    @Test func `a client that goes away within its body does no harm where the log keeps no metadata`()
        async throws
    {
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await withServer(logger: silent) { server in
            let head = "POST /v2/backups HTTP/1.1\r\nHost: x\r\nX-Auth-Token: \(server.token)\r\n"
            let connection = try RawConnection(port: server.port)
            connection.send(head + "Content-Length: 100\r\n\r\n{")
            connection.finishSending()
            _ = await connection.received()
            #expect(try await server.get("/v2/backups").status == 200)
        }
    }
}

/// The lines that a logger was given.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func append(_ line: String) {
        lines.withLock { $0.append(line) }
    }
}

struct CollectingLogHandler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(lines: LogLines) {
        self.lines = lines
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let fields = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        lines.append("\(event.level) \(event.message) \(fields)")
    }
}
