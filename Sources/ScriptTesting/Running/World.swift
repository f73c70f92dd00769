import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Synchronization

/// What one test case has for itself: its time, backups, journal and doubles.
final class World: Sendable {
    /// What a case is started for.
    enum Purpose: Sendable {
        /// To say which cases the file has, or only what tests are written with.
        case listing
        /// To run the case with this number, counted from 0; each run is killed after so many commits, where that is given.
        case running(Int, killedAfter: Int?)
    }

    /// What changes while the case runs.
    struct State {
        var cases: [TestCase] = []
        var isRunning = false
        var isStuck = false
        /// After how many commits the next run is killed, one time each.
        var crashPoints: [Int] = []
        /// How many runs were killed.
        var crashCount = 0
        var runCount = 0
        /// What is wrong beside what the test raises, a sentence each.
        var complaints: [String] = []
        /// Whether and why a notifier of the test delivers nothing; empty: it does.
        var notifiers: [String: String] = [:]
        /// What the test tells plugins, by their names.
        var settings: [String: LuaValue] = [:]
        /// Scripts that the test has written itself, by their names.
        var files: [String: String] = [:]
        /// What the test and the scripts that it ran have printed, the last lines of it.
        var printed: [String] = []
        /// The last run that failed, in words.
        var lastFailure: String?
    }

    let file: TestFile
    let purpose: Purpose
    let settings: ScriptTester.Settings
    let time: VirtualTime
    let service: InMemoryBackupService
    let journal = RunStore()
    let doubles: Doubles
    /// `nil` where nothing runs.
    private let executor: LuaExecutor?
    let coverage: Coverage
    let state = Mutex(State())

    init(
        _ file: TestFile,
        _ purpose: Purpose,
        settings: ScriptTester.Settings,
        coverage: Coverage,
        time: VirtualTime,
        executor: LuaExecutor?
    ) {
        self.file = file
        self.purpose = purpose
        self.settings = settings
        self.coverage = coverage
        self.time = time
        self.executor = executor
        doubles = Doubles(time: time)
        service = InMemoryBackupService([], now: { [time] in time.now })
    }

    /// Lines that a failure shows at most.
    private static let mostLines = 100

    /// Keeps what is printed, for the case that it fails.
    func notePrinted(_ event: RunEvent) {
        guard case .output(let line) = event else { return }
        state.withLock { state in
            state.printed.append(line)
            if state.printed.count > Self.mostLines { state.printed.removeFirst() }
        }
    }

    /// The folder of what the case's runs write.
    var folder: String { settings.temporaryFolder }

    /// A host of the case: for its test file, which sees the test's own modules too, or for a run of a script.
    func makeHost(
        journal: RunStore? = nil,
        permissions: [Permission],
        isTest: Bool = false
    ) throws -> PluginHost {
        guard let executor else { throw TestProblem("nothing runs here") }
        let parts = ScriptDoubles(
            outside: doubles,
            secrets: SecretsSettings(providers: [doubles]),
            notifiers: notifiers(for: permissions),
            sendMail: doubles.note,
            temporaryFolder: folder,
            now: { [time] in time.now }
        )
        let modules = settings.makeModules(parts)
        var environment = environment
        environment.permissions = Permissions(Permissions.standard.granted.union(permissions))
        environment.pluginSettings = { [self] name in state.withLock { $0.settings[name] } ?? .nil }
        let inspector = ScriptInspector(
            executor: executor,
            environment: environment,
            limits: settings.limits,
            modules: PluginHost.standardModules + modules
        )
        let plugins = PluginCatalogue(ModuleFolders(folder: file.site), inspector: inspector)
        environment.resolveModule = { [file, coverage] name in
            guard var module = try await plugins.module(name) else { return nil }
            module.source.name = file.shownSite + module.source.name
            coverage.add(module.source)
            return module
        }
        environment.modulePlaces = { [file] name in
            ModuleFolders(folder: file.site).places(of: name).map { file.shownSite + $0 }
        }
        if settings.measuresCoverage { environment.noteLines = { [coverage] in coverage.note($0) } }
        // Those of the plugin that is tested: what others do has no place in its tests.
        if let plugin = file.plugin, !isTest {
            environment.hookPlugins = {
                await plugins.hookPlugins { Permissions(Permissions.standard.granted.union($0.needs)) }
                    .filter { $0.name == plugin }
            }
        }
        return PluginHost(
            service: service,
            journal: journal ?? self.journal,
            executor: executor,
            environment: environment,
            limits: settings.limits,
            extraModules: modules + (isTest ? [.test(self)] : []),
            globalFunctions: isTest ? [.expect] : []
        )
    }

    /// What only loads files.
    func makeInspector() throws -> ScriptInspector {
        try makeHost(permissions: []).inspector
    }

    private var environment: HostEnvironment {
        HostEnvironment(
            now: { [time] in time.now },
            clock: time.clock,
            makeID: { [self] in makeID() },
            makeSeed: { 1 },
            owner: RunOwner(processID: 1, processStartTime: 0, bootID: "test"),
            // Nobody else wants the run, and no time of this machine may count.
            leaseLength: .seconds(86_400),
            tickInterval: .zero,
            reportsFolder: folder + "/reports",
            taskExecutor: time,
            ask: { [doubles] in try await doubles.answer(to: $0) }
        )
    }

    private func makeID() -> String {
        state.withLock { state in
            state.runCount += 1
            return "run-\(state.runCount)"
        }
    }

    /// Those that the test has named, and those that the permissions name.
    private func notifiers(for permissions: [Permission]) -> Notifiers {
        let named = state.withLock { $0.notifiers }
        let asked = permissions.filter { $0.kind == "notify" && $0.subject != "*" }.map { need in
            need.subject.split(separator: ":").first.map(String.init) ?? need.subject
        }
        let names = Set(asked).union(named.keys).map { ($0, TestProvider(failure: named[$0] ?? "")) }
        return Notifiers(providers: Dictionary(uniqueKeysWithValues: names))
    }
}

/// A provider that delivers nothing: what was sent stands in the journal.
private struct TestProvider: NotificationProvider {
    let failure: String

    func send(_ notification: Notice) async throws {
        if !failure.isEmpty { throw TestProblem(failure) }
    }
}
