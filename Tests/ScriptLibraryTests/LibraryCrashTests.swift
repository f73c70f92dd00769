import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Synchronization
import Testing

/// Runs that are killed before and after each write of the journal, and taken up again.
@Suite(.timeLimit(.minutes(5))) struct LibraryCrashTests {
    @Test func `a counter is counted once wherever the host dies`() async throws {
        let script = """
            for _ = 1, 3 do
                local n = state.get("n")
                if not state.compare_and_set("n", n, (n or 0) + 1) then error("somebody else counted") end
            end
            state.set("last", run.id)
            state.delete("last")
            return state.get("n"), state.get("last")
            """
        let deaths = try await CrashingHost.everywhere(script, modules: [.state]) { host in
            #expect(host.result?.values == [3, .nil], "after a death at point \(host.point)")
        }
        #expect(deaths > 15)
    }

    @Test func `a restore is started once wherever the host dies`() async throws {
        let script = """
            local b = backup.run("web-files")
            return restore.run(b, { to = "/srv/again" }).outcome, restore.wait(restore.start(b)).outcome
            """
        let deaths = try await CrashingHost.everywhere(
            script,
            modules: [.restore(temporaryFolder: "/nowhere")]
        ) {
            host in
            #expect(host.result?.values == ["ok", "ok"], "after a death at point \(host.point)")
            let count = try await host.service.restores(Page()).count
            #expect(count == 2, "after a death at point \(host.point)")
        }
        #expect(deaths > 10)
    }
}

/// A site whose host dies at one point of its journal's writes, and is started again.
final class CrashingHost: Sendable {
    let point: Int
    let service: any BackupService
    let store = RunStore()
    private let modules: [Module]
    private let memory = Mutex((left: 0, deaths: 0, result: RunResult?.none))

    private init(_ modules: [Module], service: any BackupService, deathAt point: Int) {
        self.point = point
        self.modules = modules
        self.service = service
        memory.withLock { $0.left = point }
    }

    /// How the run ended.
    var result: RunResult? { memory.withLock { $0.result } }

    /// Runs a script with a death at each point in turn, and answers at how many.
    static func everywhere(
        _ script: String,
        modules: [Module],
        service: @Sendable () throws -> any BackupService = { InMemoryBackupService([.make("web-files")]) },
        then check: (CrashingHost) async throws -> Void
    ) async throws -> Int {
        var point = 1
        while true {
            let host = CrashingHost(modules, service: try service(), deathAt: point)
            guard try await host.run(script) else { return point - 1 }
            try await check(host)
            point += 1
        }
    }

    /// Answers whether the host died.
    private func run(_ script: String) async throws -> Bool {
        while true {
            let deaths = memory.withLock { $0.deaths }
            let host = try makeHost()
            var result: RunResult?
            do {
                if let run = try await store.runs(limit: 1).first {
                    result =
                        run.status.isOver
                        ? try await host.replay(run).result : try await host.resume(run)
                } else {
                    result = try await host.run(LuaSource(name: "crash.lua", text: script))
                }
            } catch let error as JournalError where error.code == .claimLost {}
            let hasDied = memory.withLock { memory in
                memory.result = result
                return memory.deaths > deaths
            }
            if !hasDied { return deaths > 0 }
        }
    }

    private func makeHost() throws -> PluginHost {
        // A host that is dead writes no more; the next one does.
        let isDead = Mutex(false)
        let life: @Sendable (RunStore.Write) -> JournalError? = { [self] _ in
            let dies = isDead.withLock { isDead in
                if !isDead {
                    isDead = memory.withLock { memory in
                        memory.left -= 1
                        if memory.left == 0 { memory.deaths += 1 }
                        return memory.left == 0
                    }
                }
                return isDead
            }
            return dies ? JournalError(.claimLost, "the host is dead") : nil
        }
        var permissions = Permissions.standard
        permissions.granted.formUnion([Permission("restore", "start"), Permission("notify", "*")])
        return PluginHost(
            service: service,
            journal: store.watched(before: life, after: life),
            executor: try LuaExecutor(),
            environment: HostEnvironment(
                now: { .sample },
                makeID: { "r1" },
                makeSeed: { 7 },
                owner: RunOwner(processID: 42, processStartTime: 1, bootID: "b00t"),
                permissions: permissions,
                tickInterval: .zero
            ),
            extraModules: modules
        )
    }
}
