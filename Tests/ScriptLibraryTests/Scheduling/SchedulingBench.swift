import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Synchronization
import Testing

/// A site of workflows whose time a test moves. It begins on Thursday, 2026-03-26, three days before clocks in Europe change.
final class SchedulingBench: Sendable {
    static let beginning = Timestamp(microseconds: 1_774_483_200_000_000)

    let folder: TemporaryFolder
    let clock: ManualClock
    let journal: RunStore
    let runs = RunningRuns()
    let host: PluginHost
    private let executor: LuaExecutor
    private let news = Mutex<[WorkflowNews]>([])
    private let granted = Mutex<Set<String>>([])

    /// With the parts of another bench it is a second program that serves the same site.
    init(
        _ scripts: [String: String] = [:],
        folder: TemporaryFolder? = nil,
        clock: ManualClock = ManualClock(),
        journal: RunStore = RunStore(),
        ids: String = "r"
    ) throws {
        let folder = try folder ?? TemporaryFolder()
        for (name, text) in scripts { try folder.write("scripts/" + name, text) }
        self.folder = folder
        self.clock = clock
        self.journal = journal
        executor = try LuaExecutor()
        let count = Counter()
        host = Self.makeHost(
            executor,
            journal,
            clock,
            ModuleFolders(folder: folder.path),
            makeID: { "\(ids)\(count.next())" }
        )
    }

    private static func makeHost(
        _ executor: LuaExecutor,
        _ journal: RunStore,
        _ clock: ManualClock,
        _ modules: ModuleFolders,
        makeID: @escaping @Sendable () -> String
    ) -> PluginHost {
        PluginHost(
            service: InMemoryBackupService([.make("web")]),
            journal: journal,
            executor: executor,
            environment: HostEnvironment(
                now: { beginning.advanced(by: clock.now.offset) },
                clock: clock,
                makeID: makeID,
                makeSeed: { 7 },
                owner: RunOwner(processID: 42, processStartTime: 1, bootID: "b00t"),
                resolveModule: { try modules.source(of: $0).map { RequiredModule($0) } }
            ),
            extraModules: [.schedule]
        )
    }

    var now: Timestamp { Self.beginning.advanced(by: clock.now.offset) }

    func makeScheduler(interval: Duration = .seconds(2)) -> WorkflowScheduler<ManualClock> {
        let folder = folder.path
        return WorkflowScheduler(
            WorkflowCatalogue(folder: folder, inspector: host.inspector) { name in
                let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
                return LuaSource(name: name, text: text)
            },
            plugins: PluginCatalogue(ModuleFolders(folder: folder), inspector: host.inspector),
            host: host,
            journal: journal,
            runs: runs,
            settings: WorkflowSchedulerSettings(seed: "host:/site", interval: interval),
            clock: clock,
            now: { [clock] in Self.beginning.advanced(by: clock.now.offset) },
            permit: permit,
            tell: { [self] piece in news.withLock { $0.append(piece) } }
        )
    }

    private func permit(_ workflow: ScheduledWorkflow) throws -> ScriptGrant? {
        let wants = workflow.manifest.wants.map(\.description)
        guard let first = wants.first else { return nil }
        guard granted.withLock({ $0.contains(workflow.name) }) else { throw Refusal(description: first) }
        return ScriptGrant(script: workflow.name, needs: wants)
    }

    private struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    func grant(_ name: String) {
        granted.withLock { _ = $0.insert(name) }
    }

    /// Lets time pass in steps, with a look of the scheduler at the end of each, and waits for the runs, which take no time.
    func pass(_ duration: Duration, in step: Duration, _ scheduler: WorkflowScheduler<ManualClock>)
        async throws
    {
        let end = clock.now.advanced(by: duration)
        while clock.now < end {
            clock.advance(by: step)
            try await scheduler.pass()
            await runs.settle()
        }
    }

    /// The news as lines, but those of runs, and forgets them.
    func takeNews() -> [String] {
        news.withLock { news in
            defer { news = [] }
            return news.compactMap { piece in
                if case .event = piece { nil } else { "\(piece)" }
            }
        }
    }

    /// What runs have printed so far.
    var output: [String] {
        news.withLock { news in
            news.compactMap { piece in
                if case .event(_, .output(let line)) = piece { line } else { nil }
            }
        }
    }

    /// The slots of a schedule as `2026-03-26T02:30 started r1`, oldest first.
    func slots(of name: String) async throws -> [String] {
        try await journal.slots(of: "scripts/" + name, limit: 10_000).reversed().map { slot in
            let time = Timestamp(microseconds: slot.time).wholeSeconds.replacing(":00Z", with: "")
            return ([time, slot.state.rawValue] + (slot.run.map { [$0] } ?? [])).joined(separator: " ")
        }
    }
}

/// The text of a workflow with a schedule.
func workflow(_ schedule: String, _ body: String = "", fields: String = "") -> String {
    "return { api = 1, schedule = \(schedule), \(fields) run = function(args) \(body) end }"
}
