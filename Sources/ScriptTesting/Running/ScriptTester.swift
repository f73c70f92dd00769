public import LuaKit
public import PluginHost
import RunJournal
import Synchronization

/// Runs the test cases of scripts: each in a state of its own, with backups, servers, programs, secrets and a clock that
/// exist in memory only.
public struct ScriptTester: Sendable {
    /// What a tester takes from its surroundings.
    public struct Settings: Sendable {
        /// What the states of tests and scripts may use.
        public var limits: LuaLimits
        /// The folder of what the tests write; the caller removes it.
        public var temporaryFolder: String
        /// Whether it notes which lines of the tested scripts run.
        public var measuresCoverage: Bool
        /// Reads a script: its path, and its name in messages. Throws what the test gets.
        public var read: @Sendable (_ path: String, _ name: String) throws -> LuaSource
        /// Makes the modules that scripts see beside those of every host.
        public var makeModules: @Sendable (ScriptDoubles) -> [Module]

        /// Makes settings.
        public init(
            limits: LuaLimits = LuaLimits(),
            temporaryFolder: String,
            measuresCoverage: Bool = false,
            read: @escaping @Sendable (_ path: String, _ name: String) throws -> LuaSource,
            makeModules: @escaping @Sendable (ScriptDoubles) -> [Module]
        ) {
            self.limits = limits
            self.temporaryFolder = temporaryFolder
            self.measuresCoverage = measuresCoverage
            self.read = read
            self.makeModules = makeModules
        }
    }

    private let settings: Settings
    /// What has run so far, where that is measured.
    public let coverage = Coverage()

    /// Makes a tester.
    public init(_ settings: Settings) {
        self.settings = settings
    }

    /// Runs the cases of a file in their order; `observe` gets the result of each as soon as it is there.
    ///
    /// `isWanted` says by a case's name whether it runs. A file that cannot be run as far as its cases is one failed result
    /// without a name. Throws when a case could not be begun: there is no memory or no thread for it.
    @discardableResult
    public func run(
        _ file: TestFile,
        isWanted: (_ name: String) -> Bool = { _ in true },
        observe: (CaseResult) -> Void = { _ in }
    ) async throws -> [CaseResult] {
        var results: [CaseResult] = []
        func add(_ result: CaseResult) {
            results.append(result)
            observe(result)
        }
        var listed = try await attempt(file, .listing)
        let settings = listed.settings
        // What plugins are told says what they need, and so what the test may do.
        if !settings.isEmpty { listed = try await attempt(file, .listing, settings) }
        if let failure = listed.failure {
            add(CaseResult(file: file.source.name, name: "", failure: failure))
            return results
        }
        for (number, testCase) in listed.cases.enumerated() where isWanted(testCase.name) {
            let clock = ContinuousClock()
            let began = clock.now
            let failure = try await failure(of: testCase, number, file, settings)
            add(
                CaseResult(
                    file: file.source.name,
                    name: testCase.name,
                    failure: failure,
                    duration: began.duration(to: clock.now)
                )
            )
        }
        return results
    }

    /// What test files see beside the modules of scripts, for help and checks: a module, and a function that belongs to none.
    public static var described: (module: Module, function: Function) {
        let nothing = LuaSource(name: "", text: "")
        let world = World(
            TestFile(source: nothing, base: "", shownBase: "", site: "", shownSite: ""),
            .listing,
            settings: Settings(temporaryFolder: "", read: { _, _ in nothing }, makeModules: { _ in [] }),
            coverage: Coverage(),
            time: VirtualTime(),
            executor: nil
        )
        return (.test(world), .expect)
    }

    // MARK: One case

    /// How often a case is run at most whose runs are killed.
    private static let mostKills = 1_000

    private func failure(
        of testCase: TestCase,
        _ number: Int,
        _ file: TestFile,
        _ settings: [String: LuaValue]
    ) async throws -> CaseFailure? {
        guard testCase.isKilledEverywhere else {
            return try await attempt(file, .running(number, killedAfter: nil), settings).failure
        }
        // First undisturbed: what fails then has nothing to do with its host.
        if let failure = try await attempt(file, .running(number, killedAfter: nil), settings).failure {
            return failure
        }
        for commits in 1...Self.mostKills {
            let attempt = try await attempt(file, .running(number, killedAfter: commits), settings)
            if var failure = attempt.failure {
                failure.notes.append("each run of the case was killed after commit \(commits)")
                return failure
            }
            if attempt.crashCount == 0 { return nil }
        }
        return CaseFailure("a run of the case makes more than \(Self.mostKills) commits")
    }

    /// What came of a file that was run for one of its cases, or for none.
    private struct Attempt {
        var cases: [TestCase]
        var failure: CaseFailure?
        var crashCount: Int
        /// What the file told plugins before its cases.
        var settings: [String: LuaValue]
    }

    private func attempt(
        _ file: TestFile,
        _ purpose: World.Purpose,
        _ settings: [String: LuaValue] = [:]
    ) async throws -> Attempt {
        let time = VirtualTime()
        let executor = try LuaExecutor(observer: time)
        let world = World(
            file,
            purpose,
            settings: self.settings,
            coverage: coverage,
            time: time,
            executor: executor
        )
        world.state.withLock { $0.settings = settings }
        let result = try await world.time.run(stuck: { world.state.withLock { $0.isStuck = true } }) {
            let host = try world.makeHost(permissions: try await world.permissionsOfTest(), isTest: true)
            return try await host.run(file.source, observe: world.notePrinted)
        }
        let state = world.state.withLock { $0 }
        return Attempt(
            cases: state.cases,
            failure: CaseFailure(
                result,
                isStuck: state.isStuck,
                complaints: state.complaints + world.doubles.unanswered,
                lastFailure: state.lastFailure,
                printed: state.printed
            ),
            crashCount: state.crashCount,
            settings: state.settings
        )
    }
}

extension World {
    /// What the test's file may do, since what it requires may: all that its plugin asks for, or all plugins where it is no
    /// plugin's.
    fileprivate func permissionsOfTest() async throws -> [Permission] {
        let folders = ModuleFolders(folder: file.site)
        guard !folders.pluginNames.isEmpty else { return [] }
        let catalogue = PluginCatalogue(folders, inspector: try makeInspector())
        let entries = await catalogue.entries()
        guard let plugin = file.plugin else { return entries.flatMap { $0.manifest?.needs ?? [] } }
        var (wanted, seen): ([String], Set<String>) = ([plugin], [])
        var permissions: [Permission] = []
        while let name = wanted.popLast() {
            guard seen.insert(name).inserted,
                let manifest = entries.first(where: { $0.name == name })?.manifest
            else { continue }
            permissions += manifest.needs
            wanted += manifest.requires.keys
        }
        return permissions
    }
}
