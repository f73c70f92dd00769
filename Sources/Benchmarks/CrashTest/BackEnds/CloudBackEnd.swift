import BackupTesting
import BackupServer
import Foundation
import Synchronization

/// restic behind a server in a process of its own, which is killed and started again while runs go on.
struct CloudBackEnd: BackEnd {
    let name = "cloud"
    let workflows = [Workflow.chain, .parallelMap, .progress, .stops, .restores]
    /// Where the sites share their sources.
    let shared: String
    /// How often a run's server is killed at most.
    private static let mostKills = 3

    func withSite<Value: Sendable>(
        in folder: String,
        seed: UInt64,
        isDisturbed: Bool,
        _ body: @Sendable (any BackEndSite) async throws -> Value
    ) async throws -> Value {
        let site = ResticSite(shared: shared, folder: folder)
        try site.prepare()
        let first = try await ServerProcess.start(ServerOrder(site: site, port: 0))
        let kills = Mutex(0)
        let end: Result<Value, any Error>
        let running = Mutex(first)
        let killer = Task {
            var random = SplitMix(state: seed)
            for _ in 0..<(isDisturbed ? Self.mostKills : 0) {
                let delay = Int.random(in: 100...4_000, using: &random)
                try await Task.sleep(for: .milliseconds(delay), clock: .continuous)
                let server = running.withLock { $0 }
                guard await server.killNow() else { throw CrashTestError("the server has ended by itself") }
                kills.withLock { $0 += 1 }
                let next = try await ServerProcess.start(ServerOrder(site: site, port: first.port))
                running.withLock { $0 = next }
            }
        }
        do {
            let address = ServiceAddress.server(port: first.port)
            end = .success(
                try await body(Site(site: site, address: address, countKills: { kills.withLock { $0 } }))
            )
        } catch {
            end = .failure(error)
        }
        killer.cancel()
        let killing = await killer.result
        _ = await running.withLock { $0 }.killNow()
        if case .failure(let error) = killing, !(error is CancellationError) { throw error }
        return try end.get()
    }

    private struct Site: BackEndSite {
        let site: ResticSite
        let address: ServiceAddress
        let countKills: @Sendable () -> Int

        var otherKills: Int { countKills() }

        func starts() async throws -> [String: String] {
            Dictionary(uniqueKeysWithValues: try await site.entries().map { ($0.id, $0.name) })
        }

        func problems() async throws -> [String] { try await site.problems() }
    }
}

/// What a server process is told.
struct ServerOrder: Codable, Sendable {
    var site: ResticSite
    /// 0 lets the system choose one.
    var port: Int

    /// Serves until it is killed, and prints the port.
    func serve() async throws {
        try await Server.make(try await site.open(), port: port).run { say("\($0)") }
    }
}

/// A process that serves a site.
private struct ServerProcess: Sendable {
    let child: Child
    let port: Int

    /// Starts it, and returns when it takes requests.
    static func start(_ order: ServerOrder) async throws -> ServerProcess {
        let text = String(decoding: try JSONEncoder().encode(order), as: UTF8.self)
        let output = order.site.folder + "/server.log"
        let child = try Child(["server", text], output: output)
        for _ in 0..<3_000 {
            let said = FileManager.default.contents(atPath: output) ?? Data()
            if let line = String(decoding: said, as: UTF8.self).split(separator: "\n").first,
                let port = Int(line), said.last == UInt8(ascii: "\n")
            {
                return ServerProcess(child: child, port: port)
            }
            guard child.isRunning else { break }
            // A cancelled driver waits too: the process must not be left alone.
            await Task { try? await Task.sleep(for: .milliseconds(20), clock: .continuous) }.value
        }
        child.kill()
        let said = FileManager.default.contents(atPath: output) ?? Data()
        throw CrashTestError("the server did not start: \(String(decoding: said.suffix(400), as: UTF8.self))")
    }

    /// Kills it; returns whether it ran until then. Waits for its end also when the task is cancelled.
    func killNow() async -> Bool {
        child.kill()
        return await Task { await child.end(killedAfter: nil) }.value == .killed
    }
}
