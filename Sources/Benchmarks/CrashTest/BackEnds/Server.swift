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
        let end: Result<Value, any Error>
        do { end = .success(try await body(port)) } catch { end = .failure(error) }
        serving.cancel()
        _ = await serving.result
        return try end.get()
    }
}

/// Lets everyone in.
private struct OpenDoor: TokenStore {
    func principal(ofToken token: String) -> Principal? { Principal(name: "crash-test", project: "local") }

    func logIn(user: String, apiKey: String) -> IssuedToken? { nil }
}
