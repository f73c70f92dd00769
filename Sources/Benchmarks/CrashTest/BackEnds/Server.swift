import BackupAPI
import BackupServer
import Foundation
import Logging

/// Our server over a service, open to everyone on this host.
enum Server {
    static func make(_ service: any BackupService, port: Int) -> BackupServer {
        BackupServer(
            service: service,
            settings: ServerSettings(port: port, shutdownTimeout: .seconds(1)),
            tokens: OpenDoor(),
            logger: Logger(label: "crash-test") { _ in SwiftLogNoOpLogHandler() },
            now: Clocks.now,
            makeID: { UUID().uuidString.lowercased() }
        )
    }

    /// How long a server that nobody needs any more goes on: a connection that a worker has made just before its death, and
    /// that arrives while the server ends, would trap in NIO (https://github.com/apple/swift-nio/issues/2637).
    private static let rest = Duration.seconds(5)

    /// Serves while `body` runs, which gets the port.
    static func serving<Value: Sendable>(
        _ service: any BackupService,
        _ body: @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let (ports, continuation) = AsyncStream<Int>.makeStream()
        let serving = Task {
            defer { continuation.finish() }
            try await make(service, port: 0).run { continuation.yield($0) }
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await serving.value
            throw CrashTestError("the server did not start")
        }
        defer {
            Task {
                try await Task.sleep(for: rest, clock: .continuous)
                serving.cancel()
            }
        }
        return try await body(port)
    }
}

/// Lets everyone in.
private struct OpenDoor: TokenStore {
    func principal(ofToken token: String) -> Principal? { Principal(name: "crash-test", project: "local") }

    func logIn(user: String, apiKey: String) -> IssuedToken? { nil }
}
