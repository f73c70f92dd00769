import BackupAPI
import BackupTesting
import CloudBackup
import Foundation
import LocalBackup
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary

/// A process that runs a workflow, or takes up the run of one that died, and says what came of it.
struct Worker {
    let order: WorkerOrder

    func work() async throws {
        guard let workflow = Workflow.named(order.workflow) else {
            throw CrashTestError("no workflow is called '\(order.workflow)'")
        }
        let life = Life(deathPoint: order.deathPoint, seed: order.seed)
        let store = try RunStore(path: order.journalPath)
        let service = try await order.service.open().mortal(life)
        let host = PluginHost(
            service: service,
            journal: store.watched(
                before: { _ in
                    await life.pass()
                    return nil
                },
                after: { _ in
                    await life.pass()
                    return nil
                }
            ),
            executor: try LuaExecutor(),
            environment: HostEnvironment(
                now: Clocks.now,
                makeID: { "run" },
                makeSeed: { 7 },
                owner: RunOwner(processID: Int(getpid()), processStartTime: 0, bootID: "crash-test"),
                tickInterval: .zero
            ),
            extraModules: [.restore(temporaryFolder: order.folder)]
        )
        .granting(ScriptGrant(script: workflow.name, needs: ["restore:start"]))
        let result = try await run(workflow, host, store)
        try answer(result)
        await service.shutdown()
    }

    private func run(_ workflow: Workflow, _ host: PluginHost, _ store: RunStore) async throws
        -> RunResult
    {
        if let run = try await store.unfinishedRuns().first { return try await host.resume(run) }
        // It died between its end and the word of it.
        if let run = try await store.runs(limit: 1).first { return try await host.replay(run).result }
        return try await host.run(
            LuaSource(name: "\(workflow.name).lua", text: workflow.script),
            arguments: .record(["folder": .string(ResticSite.restored(in: order.folder))])
        )
    }

    private func answer(_ result: RunResult) throws {
        let account = Account(
            status: result.status.rawValue,
            outcome: result.outcome.rawValue,
            message: result.message,
            report: result.report.terminalLines(TerminalStyle(hasColour: false))
        )
        try JSONEncoder().encode(account).write(to: URL(fileURLWithPath: order.answerPath), options: .atomic)
    }
}

extension ServiceAddress {
    fileprivate func open() async throws -> any BackupService {
        switch self {
        case .server(let port):
            try CloudBackupService(
                CloudSettings(
                    endpoint: .baseURL("http://127.0.0.1:\(port)/v2"),
                    credentials: .fixedToken("crash-test"),
                    projectID: "local"
                ),
                now: Clocks.now
            )
        case .restic(let site): try await site.open()
        }
    }
}

/// The time of day.
enum Clocks {
    static let now: @Sendable () -> Timestamp = { Timestamp(seconds: Date().timeIntervalSince1970) }
}
