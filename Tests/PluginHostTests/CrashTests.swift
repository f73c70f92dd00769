import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import Synchronization
import Testing

/// Runs that are killed at every point between an intent, its effect and its record, and taken up again.
@Suite(.timeLimit(.minutes(20))) struct CrashTests {
    static let workflows: [Workflow] = [
        Workflow(
            name: "chain",
            script: """
                for _, name in ipairs({ "web-files", "mail" }) do
                    local id = backup.start(name)
                    local result = backup.wait(id)
                    report.text(name .. " " .. result.state .. " " .. time.now())
                    if result.state ~= "completed" then report.text(backup.errors(id).reason) end
                end
                log.info("done")
                """
        ),
        Workflow(
            name: "parallel map with retries",
            script: """
                local results = task.map({ "web-files", "mail", "flaky", "web-files" }, { limit = 3 }, function(name, i)
                    return task.retry({ attempts = 3, base = 0 }, function()
                        return backup.run(name).state .. i
                    end)
                end)
                for i, r in ipairs(results) do report.text(tostring(r.ok) .. " " .. tostring(r.value)) end
                """
        ),
        Workflow(
            name: "progress loop",
            script: """
                local seen = {}
                local id = backup.start("mail")
                local result = backup.wait(id, { on_progress = function(p)
                    seen[#seen + 1] = p.files_done .. "@" .. time.now()
                end })
                report.text(result.state)
                for i, line in ipairs(seen) do backup.list({ limit = i }) end
                """
        ),
        Workflow(
            name: "tasks, locks and units",
            script: """
                local one = task.spawn(function(x) return lock.with("repo", {}, function() return backup.run(x).state end) end, "mail")
                local two = task.spawn(function() return lock.with("repo", {}, function() return backup.run("web-files").state end) end)
                report.text(one:wait() .. two:wait())
                report.text(task.any({
                    function() error("no") end,
                    function() return backup.run("mail").state end,
                }))
                report.text(task.step("unit", function() return backup.run("web-files").state .. time.now() end))
                local all = task.all({ function() return time.now() end, function() return backup.start("mail") end })
                backup.wait(all[2])
                local ok, e = pcall(task.timeout, 0, function() task.sleep("1h") end)
                report.text(tostring(ok) .. e.code)
                """
        ),
        Workflow(
            name: "questions",
            script: """
                report.text(run.ask("Go on?"))
                local answers = task.map({ 1, 2 }, function(i)
                    return run.ask("Which of " .. i .. "?", { choices = { "all", "none" }, default = "none", timeout = "1h" })
                end)
                for _, answer in ipairs(answers) do report.text(answer.value .. time.now()) end
                report.text(backup.run("mail").state .. run.ask("Done?", { choices = { "sure" } }))
                """
        ),
        Workflow(
            name: "stops and failures",
            script: """
                local id = backup.start("endless")
                backup.stop(id)
                report.text(backup.wait(id).state)
                local ok, e = pcall(backup.run, "bad")
                report.text(e.code)
                local ok, e = pcall(backup.start, "nothing")
                report.text(e.message)
                run.finish("warning", "as expected")
                """
        ),
    ]

    @Test(arguments: workflows, [true, false])
    func `a run that dies once at any point ends as if it had not`(workflow: Workflow, withKeys: Bool)
        async throws
    {
        let expected = try await CrashSite(workflow, withKeys: withKeys).run(deaths: [])
        #expect(expected.deaths == 0)
        var point = 1
        while true {
            let end = try await CrashSite(workflow, withKeys: withKeys).run(deaths: [point])
            guard end.deaths > 0 else { break }
            #expect(end.account == expected.account, "after a death at point \(point)")
            point += 1
        }
        #expect(point > 10)
    }

    @Test(arguments: workflows, [true, false])
    func `a run that dies again and again ends as if it had not`(workflow: Workflow, withKeys: Bool)
        async throws
    {
        let expected = try await CrashSite(workflow, withKeys: withKeys).run(deaths: [])
        // The same deaths each time.
        var random = SplitMix(state: 7)
        for _ in 0..<15 {
            let deaths = (0..<5).map { _ in Int.random(in: 1...25, using: &random) }
            let end = try await CrashSite(workflow, withKeys: withKeys).run(deaths: deaths)
            #expect(end.account == expected.account, "after deaths at \(deaths)")
        }
    }
}

/// A script that is killed.
struct Workflow: Sendable, CustomTestStringConvertible {
    let name: String
    let script: String

    var testDescription: String { name }
}

/// A site whose host dies.
private struct CrashSite {
    /// What a run came to.
    struct Account: Equatable {
        var status: String
        var outcome: String?
        var message: String?
        var report: [String]
        var starts: [String: Int]
        var openIntents: Int
    }

    let workflow: Workflow
    let withKeys: Bool
    let folder: TemporaryFolder
    let store: RunStore
    let service: InMemoryBackupService

    init(_ workflow: Workflow, withKeys: Bool) throws {
        self.workflow = workflow
        self.withKeys = withKeys
        folder = try TemporaryFolder()
        store = try RunStore(path: folder.path + "/journal.sqlite")
        service = InMemoryBackupService(
            ["web-files", "mail", "flaky", "endless", "bad"].map { .make($0) },
            scripts: ["flaky": [.fails, .completes], "endless": [.runsUntilStopped], "bad": [.fails]]
        )
    }

    func run(deaths: [Int]) async throws -> (account: Account, deaths: Int) {
        let source = LuaSource(name: "crash.lua", text: workflow.script)
        var plan = deaths[...]
        var died = 0
        var result: RunResult?
        while true {
            let life = Life(deathAt: plan.popFirst())
            let host = try makeHost(life)
            do {
                if let run = try await store.runs(limit: 1).first {
                    if run.status.isOver {
                        // It died between its end and the word of it.
                        result = try await host.replay(run).result
                        break
                    }
                    result = try await host.resume(run)
                } else {
                    result = try await host.run(source)
                }
            } catch let error as JournalError where life.isOver && error.code == .claimLost {
                result = nil
            }
            guard life.isOver else { break }
            died += 1
        }
        let run = try #require(try await store.runs(limit: 1).first)
        let steps = try await store.steps(of: run.id)
        var starts: [String: Int] = [:]
        for backup in try await service.backups(BackupFilter(limit: 1_000)) {
            starts[backup.configuration.id.rawValue, default: 0] += 1
        }
        return (
            Account(
                status: run.status.rawValue,
                outcome: run.outcome,
                message: run.message,
                report: result?.report.terminalLines(TerminalStyle(hasColour: false)) ?? [],
                starts: starts,
                openIntents: steps.filter { $0.state == .intent }.count
            ), died
        )
    }

    private func makeHost(_ life: Life) throws -> PluginHost {
        PluginHost(
            service: MortalService(base: service, life: life, hasKeys: withKeys),
            journal: store.watched(before: { _ in life.pass() }, after: { _ in life.pass() }),
            executor: try LuaExecutor(),
            environment: HostEnvironment(
                now: { .sample },
                makeID: { "r1" },
                makeSeed: { 7 },
                owner: RunOwner(processID: 42, processStartTime: 1, bootID: "b00t"),
                tickInterval: .zero,
                ask: { $0.choices.first }
            )
        )
    }
}

/// A host's life: at its last point nothing that it does has an effect any more.
private final class Life: Sendable {
    private let left: Mutex<Int?>

    init(deathAt point: Int?) {
        left = Mutex(point)
    }

    var isOver: Bool { left.withLock { $0.map { $0 <= 0 } ?? false } }

    func pass() -> JournalError? {
        left.withLock { left in
            guard let before = left else { return nil }
            left = before - 1
            return before <= 1 ? JournalError(.claimLost, "the host is dead") : nil
        }
    }

    func check() throws {
        if pass() != nil { throw BackupError(.unreachable, "the host is dead", isRetryable: false) }
    }
}

/// The in-memory service as a host that may die sees it, with or without the keys.
private struct MortalService: ForwardingBackupService {
    let base: InMemoryBackupService
    let life: Life
    let hasKeys: Bool

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        try life.check()
        let backup = try await base.start(configuration, key: hasKeys ? key : nil)
        try life.check()
        return backup
    }

    func stop(_ id: ResourceID<Backup>) async throws -> Backup {
        try life.check()
        let backup = try await base.stop(id)
        try life.check()
        return backup
    }

    func watermark(before request: StartRequest) async throws -> String {
        guard case .backup(let configuration) = request else { return "" }
        return try await ids(of: configuration).joined(separator: ",")
    }

    func reconcile(
        _ request: StartRequest,
        key: String,
        watermark: String,
        claimed: Set<String>
    ) async throws -> StartFate {
        guard !hasKeys else {
            return try await base.reconcile(request, key: key, watermark: watermark, claimed: claimed)
        }
        guard case .backup(let configuration) = request else { return .absent }
        let known = Set(watermark.split(separator: ",").map(String.init)).union(claimed)
        let new = try await ids(of: configuration).filter { !known.contains($0) }
        return new.last.map { .happened(id: $0) } ?? .absent
    }

    private func ids(of configuration: ResourceID<Configuration>) async throws -> [String] {
        try await base.backups(BackupFilter(configuration: configuration, limit: 1_000)).map(\.id.rawValue)
    }
}
