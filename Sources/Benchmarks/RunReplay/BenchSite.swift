import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Synchronization

/// A host over a journal, whose run is always `r1`.
struct BenchSite {
    let journal: RunStore
    private let host: PluginHost

    init(journal: RunStore) throws {
        self.journal = journal
        host = PluginHost(
            service: InMemoryBackupService(),
            journal: journal,
            executor: try LuaExecutor(),
            environment: HostEnvironment(
                now: { .sample },
                makeID: { "r1" },
                makeSeed: { 7 },
                owner: RunOwner(processID: 1, processStartTime: 1, bootID: "bench")
            )
        )
    }

    /// Runs a script to its end, or until it prints a line.
    func run(_ text: String, stoppingAt line: String? = nil) async throws {
        let control = RunControl()
        let result = try await host.run(LuaSource(name: "bench.lua", text: text), control: control) { event in
            if case .output(line) = event { control.interrupt() }
        }
        if let failure = result.failure, line == nil { throw failure }
    }

    /// Takes a run up until it is about to make a new step.
    func resume(_ run: RunRecord) async throws {
        let control = RunControl()
        _ = try await host.resume(run, control: control) { event in
            if case .output = event { control.interrupt() }
        }
    }

    func replay(_ run: RunRecord) async throws {
        _ = try await host.replay(run)
    }
}

/// Counts, on any thread.
final class Counter: Sendable {
    private let content = Mutex(0)

    var count: Int { content.withLock { $0 } }

    func add() {
        content.withLock { $0 += 1 }
    }
}
