import BackupAPI
import BackupServer
import BackupTesting
import Foundation
import FoundationNetworking
import Logging
import Synchronization
import Testing

/// What a server answered.
struct Reply {
    let status: Int
    let headers: [String: String]
    let body: String

    /// The location's path.
    var location: String? { headers["location"] }
}

/// A time that stands still until a test moves it.
final class TestTime: Sendable {
    private let moment = Mutex(Timestamp.sample)

    var now: Timestamp { moment.withLock { $0 } }

    func advance(by duration: Duration) {
        moment.withLock { $0 = $0.advanced(by: duration) }
    }
}

/// A server on a loopback port, and a client of it with a token.
struct Fixture: Sendable {
    let service: InMemoryBackupService
    let port: Int
    let token: String
    let tokens: FileTokenStore
    let time: TestTime

    var base: String { "http://127.0.0.1:\(port)" }

    /// Sends a request with the token; `token: ""` leaves the header out.
    func send(
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        token: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        let url = try #require(URL(string: base + path))
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body.map { Data($0.utf8) }
        let token = token ?? self.token
        if !token.isEmpty { request.setValue(token, forHTTPHeaderField: "X-Auth-Token") }
        if body != nil { request.setValue("application/json", forHTTPHeaderField: "Content-Type") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let answer = try #require(response as? HTTPURLResponse)
        var found: [String: String] = [:]
        for (name, value) in answer.allHeaderFields { found["\(name)".lowercased()] = "\(value)" }
        return Reply(status: answer.statusCode, headers: found, body: String(decoding: data, as: UTF8.self))
    }

    func get(_ path: String) async throws -> Reply {
        try await send("GET", path)
    }

    /// A text with the server's address and the samples' ids put in.
    func filled(_ text: String) -> String {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined()
            .replacingOccurrences(of: "\": ", with: "\":").replacingOccurrences(of: ", ", with: ",")
            .replacingOccurrences(of: "https://API", with: base)
            .replacingOccurrences(of: "AGENT_ID", with: ResourceID<Agent>.make(0).rawValue)
            .replacingOccurrences(of: "BACKUP_ID", with: ResourceID<Backup>.make(1).rawValue)
            .replacingOccurrences(of: "RESTORE_ID", with: ResourceID<Restore>.make(100_001).rawValue)
            .replacingOccurrences(of: "CLEANUP_ID", with: ResourceID<Cleanup>.make(200_001).rawValue)
            .replacingOccurrences(of: "CONF_ID", with: "nightly")
    }
}

/// A folder of this test's own, removed when `body` is done.
func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("server-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// Runs a server over `service` while `body` runs.
func withServer(
    _ service: InMemoryBackupService = InMemoryBackupService(),
    settings: ServerSettings = .make(),
    role: Principal.Role = .admin,
    clock: any Clock<Duration> = ContinuousClock(),
    logLines: LogLines = LogLines(),
    logger: Logger? = nil,
    notice: @escaping @Sendable () -> String? = { nil },
    over: @Sendable (InMemoryBackupService) -> any BackupService = { $0 },
    runs: ServedRuns? = nil,
    _ body: @escaping @Sendable (Fixture) async throws -> Void
) async throws {
    try await withFolder { folder in
        let time = TestTime()
        let tokens = FileTokenStore(path: folder + "/tokens.json", now: { time.now })
        let token = try await tokens.createToken(
            for: "test",
            project: settings.project,
            role: role,
            lifetime: .seconds(3_600)
        )
        let logger = logger ?? Logger(label: "test") { _ in CollectingLogHandler(lines: logLines) }
        let ids = Mutex(900)
        let server = BackupServer(
            service: over(service),
            settings: settings,
            tokens: tokens,
            logger: logger,
            clock: clock,
            now: { time.now },
            makeID: {
                ids.withLock {
                    $0 += 1; return ResourceID<Event>.make($0).rawValue
                }
            },
            notice: notice,
            runs: runs
        )
        let (ports, found) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup { group in
            group.addTask {
                defer { found.finish() }
                try await server.run { port in found.yield(port) }
            }
            for await port in ports {
                let fixture = Fixture(
                    service: service,
                    port: port,
                    token: token.secret,
                    tokens: tokens,
                    time: time
                )
                defer { group.cancelAll() }
                try await body(fixture)
                break
            }
            try await group.waitForAll()
        }
    }
}

extension ServerSettings {
    /// Any port, and the project of the contract's samples.
    static func make() -> ServerSettings {
        ServerSettings(port: 0, project: "123456")
    }
}
