import BackupAPI
import BackupServer
import BackupTesting
import BenchmarkTable
import CloudBackup
import Foundation
import Logging
import LuaKit
import PluginHost
import RunJournal
import Synchronization

/// Scripts that wait for backups over HTTP: how many requests they cost, and how late they hear of the end.
///
///     service-waits [SCRIPTS [SECONDS]]
///
/// The service is in memory, so that a backup ends just when the benchmark lets it; client, server and HTTP are real.
@main
struct ServiceWaits {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let count = arguments.first ?? 1_000
        let seconds = arguments.dropFirst().first ?? 60
        let bench = try await ServiceWaits(count: count)
        let server = Task { try await bench.serve() }
        let figures = try await bench.wait(seconds: seconds)
        server.cancel()
        var table = Table()
        let name = "\(count) scripts that wait over HTTP for \(seconds) s"
        table.row("\(name): requests", figures.requestRate, "a second", limit: 20)
        table.row("\(name): delay, median", figures.delays[figures.delays.count / 2], "s")
        table.row("\(name): delay, p99", figures.delays[figures.delays.count * 99 / 100], "s", limit: 3)
        table.row("\(name): resident, client and server", figures.residentMiB, "MiB")
        if table.misses > 0 { exit(1) }
    }

    private struct Figures {
        var requestRate: Double
        var delays: [Double]
        var residentMiB: Double
    }

    private let gates: [Gate]
    private let service: InMemoryBackupService
    private let backups: [Backup]
    private let tokens = CountingTokens()
    private let started = AsyncStream<Int>.makeStream()
    private let folder = NSTemporaryDirectory() + "service-waits-" + UUID().uuidString

    private init(count: Int) async throws {
        gates = (0..<count).map { _ in Gate() }
        let configuration = Configuration.make()
        let scripts = gates.map { BackupScript.waits(for: $0) }
        service = InMemoryBackupService([configuration], scripts: [configuration.id: scripts])
        var backups: [Backup] = []
        for _ in 0..<count { backups.append(try await service.start(configuration.id, key: nil)) }
        self.backups = backups
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func serve() async throws {
        let server = BackupServer(
            service: service,
            settings: ServerSettings(port: 0),
            tokens: tokens,
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() },
            now: Self.now,
            makeID: { UUID().uuidString }
        )
        try await server.run { [started] port in started.continuation.yield(port) }
    }

    private func wait(seconds: Int) async throws -> Figures {
        guard let port = await started.stream.first(where: { _ in true }) else { throw CancellationError() }
        let cloud = try CloudBackupService(
            CloudSettings(
                endpoint: .baseURL("http://127.0.0.1:\(port)/v2"),
                credentials: .fixedToken("bench"),
                projectID: "local"
            ),
            now: Self.now
        )
        let host = PluginHost(
            service: cloud,
            journal: try RunStore(path: folder + "/journal.sqlite"),
            executor: try LuaExecutor(),
            environment: HostEnvironment(
                now: Self.now,
                makeID: { UUID().uuidString },
                owner: RunOwner(
                    processID: Int(ProcessInfo.processInfo.processIdentifier),
                    processStartTime: 0,
                    bootID: "bench"
                ),
                reportsFolder: folder
            )
        )
        let ends = Ends()
        let delays = try await withThrowingTaskGroup(of: Double.self) { group in
            for (index, backup) in backups.enumerated() {
                group.addTask {
                    let source = LuaSource(name: "wait.lua", text: "backup.wait('\(backup.id)')")
                    _ = try await host.run(source)
                    let heard = ContinuousClock.now
                    let ended = ends.moments.withLock { $0[index] } ?? heard
                    return (heard - ended) / .seconds(1)
                }
            }
            let start = ContinuousClock.now
            for (position, index) in gates.indices.shuffled().enumerated() {
                let due = start + .milliseconds(seconds * 1_000 * position / gates.count)
                try await Task.sleep(until: due, clock: .continuous)
                ends.moments.withLock { $0[index] = .now }
                gates[index].open()
            }
            var delays: [Double] = []
            for try await delay in group { delays.append(delay) }
            return delays.sorted()
        }
        let statistics = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        let pages = statistics.count > 1 ? Double(statistics[1]) ?? 0 : 0
        return Figures(
            requestRate: Double(tokens.count) / Double(seconds),
            delays: delays,
            residentMiB: pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
        )
    }

    private static let now: @Sendable () -> Timestamp = { Timestamp(seconds: Date().timeIntervalSince1970) }
}

/// Lets everyone in, and counts: each request asks once.
private final class CountingTokens: TokenStore {
    private let requests = Mutex(0)

    var count: Int { requests.withLock { $0 } }

    func principal(ofToken token: String) -> Principal? {
        requests.withLock { $0 += 1 }
        return Principal(name: "bench", project: "local")
    }

    func logIn(user: String, apiKey: String) -> IssuedToken? { nil }
}

/// When each backup ended.
private final class Ends: Sendable {
    let moments = Mutex<[Int: ContinuousClock.Instant]>([:])
}
