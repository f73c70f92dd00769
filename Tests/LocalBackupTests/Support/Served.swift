import BackupAPI
import BackupServer
import CloudBackup
import Foundation
import Logging

/// A service behind a server on a port of this host.
struct Served: Sendable {
    private let port: Int

    /// Serves while the body runs.
    static func run(_ service: any BackupService, _ body: @escaping @Sendable (Served) async throws -> Void)
        async throws
    {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = BackupServer(
            service: service,
            settings: ServerSettings(port: 0),
            tokens: OneToken(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { Timestamp(seconds: Date().timeIntervalSince1970) },
            makeID: { UUID().uuidString.lowercased() }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { port.yield($0) } }
            group.addTask {
                guard let port = await ports.first(where: { _ in true }) else { throw CancellationError() }
                try await body(Served(port: port))
            }
            // The body ends first, unless the server fails.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    func client() throws -> CloudBackupService {
        let settings = CloudSettings(
            endpoint: .baseURL("http://127.0.0.1:\(port)/v2"),
            credentials: .fixedToken(OneToken.secret),
            projectID: "local"
        )
        return try CloudBackupService(settings, now: { Timestamp(seconds: Date().timeIntervalSince1970) })
    }
}

/// Lets in who has the one token.
private struct OneToken: TokenStore {
    static let secret = "contract"

    func principal(ofToken token: String) -> Principal? {
        token == Self.secret ? Principal(name: "test", project: "local") : nil
    }

    func logIn(user: String, apiKey: String) -> IssuedToken? { nil }
}
