import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import Synchronization
import Testing

/// A host whose service, journal, clock, ids and news a test can look at. Runs are called `r1`, `r2`, …
struct Fixture {
    let service: any BackupService
    let journal: RunStore
    let clock = ManualClock()
    let news = Box<[RunEvent]>([])
    let executor: LuaExecutor
    private let runCount = Box(0)
    private let reportsFolder: String?
    private let modules: [Module]
    private let changeEnvironment: @Sendable (inout HostEnvironment) -> Void

    init(
        scripts: [String: BackupScript] = [:],
        service: (any BackupService)? = nil,
        journal: RunStore = RunStore(),
        reportsFolder: String? = nil,
        modules: [Module] = [],
        environment change: @escaping @Sendable (inout HostEnvironment) -> Void = { _ in }
    ) throws {
        let named = scripts.map { (ResourceID<Configuration>($0), [$1]) }
        self.service =
            service
            ?? InMemoryBackupService(
                [.make("web-files"), .make("mail")],
                scripts: Dictionary(uniqueKeysWithValues: named)
            )
        self.journal = journal
        self.executor = try LuaExecutor()
        self.reportsFolder = reportsFolder
        self.modules = modules
        changeEnvironment = change
    }

    var host: PluginHost { makeHost(journal: journal) }

    func makeHost(journal: RunStore, limits: LuaLimits = LuaLimits()) -> PluginHost {
        var environment = HostEnvironment(
            now: { .sample },
            clock: clock,
            makeID: { [runCount] in "r\(runCount.change { $0 += 1; return $0 })" },
            makeSeed: { 7 },
            owner: RunOwner(processID: 42, processStartTime: 1, bootID: "b00t"),
            tickInterval: .zero,
            reportsFolder: reportsFolder
        )
        changeEnvironment(&environment)
        return PluginHost(
            service: service,
            journal: journal,
            executor: executor,
            environment: environment,
            limits: limits,
            extraModules: modules
        )
    }

    func run(
        _ text: String,
        arguments: LuaValue = .record([:]),
        limits: LuaLimits = LuaLimits()
    ) async throws -> RunResult {
        try await makeHost(journal: journal, limits: limits).run(
            LuaSource(name: "test.lua", text: text),
            arguments: arguments,
            observe: { event in news.change { $0.append(event) } }
        )
    }

    /// What a script returns; its failure fails the test.
    func values(_ text: String) async throws -> [LuaValue] {
        let result = try await run(text)
        if let failure = result.failure { throw failure }
        return result.values
    }

    /// What a script fails with, in words.
    func failure(_ text: String) async throws -> String? {
        try await run(text).failure?.description
    }

    /// The journal's step at a position.
    func step(_ index: Int) throws -> StepRecord {
        try #require(try journal.allSteps.dropFirst(index).first)
    }

    /// The news as lines.
    var lines: [String] { news.value.map(\.line) }
}

extension RunEvent {
    /// The piece of news as one line.
    var line: String {
        switch self {
        case .started(let run, let script): "started \(run) \(script)"
        case .resumed(let run, let script, let attempt): "resumed \(run) \(script) \(attempt)"
        case .output(let text): "output \(text)"
        case .log(let level, let message, let fields): "log \(level) \(message) \(fields.textForPeople)"
        case .asked(let question): "asked \(question.question.reason)"
        case .backupStarted(let backup, let name): "start \(name) \(backup.state)"
        case .backupProgress(let update, let name):
            "progress \(name) \(update.backup.state)" + (update.progress.map { " \($0.filesDone)" } ?? "")
        case .backupFinished(let backup, let name): "end \(name) \(backup.state)"
        case .finished(let result): "finished \(result.outcome.rawValue)"
        }
    }
}

/// A place that several tasks can write to.
final class Box<Value: Sendable>: Sendable {
    private let content: Mutex<Value>

    init(_ value: Value) {
        content = Mutex(value)
    }

    var value: Value { content.withLock { $0 } }

    @discardableResult
    func change<Result: Sendable>(_ change: @Sendable (inout Value) -> Result) -> Result {
        content.withLock { change(&$0) }
    }
}

/// A folder that goes away with the test that made it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/plugin-host-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The files and folders beneath, sorted.
    var contents: [String] { (FileManager.default.subpaths(atPath: path) ?? []).sorted() }

    func write(_ text: String, to name: String) throws {
        let url = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: url)
    }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: path + "/" + name, encoding: .utf8)
    }
}
