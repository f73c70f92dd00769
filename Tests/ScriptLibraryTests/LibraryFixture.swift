import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import Synchronization
import Testing

/// A host with one library module or more, whose service, journal and clock a test can look at.
struct LibraryFixture {
    let service: any BackupService
    let journal: RunStore
    let clock = ManualClock()
    let modules: [Module]
    let permissions: Permissions
    private let executor: LuaExecutor
    private let runCount = Counter()

    /// Runs may do what every script may, but for what one permission names, and what is given.
    init(
        _ modules: [Module],
        permissions: [String] = [],
        without refused: Permission? = nil,
        service: any BackupService = InMemoryBackupService([.make("web-files"), .make("mail")]),
        journal: RunStore = RunStore()
    ) throws {
        self.service = service
        self.journal = journal
        self.modules = modules
        var granted = Permissions(
            Permissions.standard.granted.filter { standard in refused.map(standard.covers) != true }
        )
        for text in permissions { granted.granted.insert(try #require(Permission(text))) }
        self.permissions = granted
        executor = try LuaExecutor()
    }

    func makeHost(
        journal: RunStore? = nil,
        change: (inout HostEnvironment) -> Void = { _ in }
    ) -> PluginHost {
        var environment = HostEnvironment(
            now: { [clock] in .sample.advanced(by: clock.now.offset) },
            clock: clock,
            makeID: { [runCount] in "r\(runCount.next())" },
            makeSeed: { 7 },
            owner: RunOwner(processID: 42, processStartTime: 1, bootID: "b00t"),
            permissions: permissions,
            tickInterval: .zero
        )
        change(&environment)
        return PluginHost(
            service: service,
            journal: journal ?? self.journal,
            executor: executor,
            environment: environment,
            extraModules: modules
        )
    }

    func run(_ text: String, name: String = "test.lua") async throws -> RunResult {
        try await makeHost().run(LuaSource(name: name, text: text))
    }

    /// What a script returns; its failure fails the test.
    func values(_ text: String, name: String = "test.lua") async throws -> [LuaValue] {
        let result = try await run(text, name: name)
        if let failure = result.failure { throw failure }
        return result.values
    }

    /// What a script fails with, in words.
    func failure(_ text: String) async throws -> String? {
        try await run(text).failure?.description
    }
}

/// Counts up from 1.
final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}

/// A folder that goes away with the test that made it.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/script-library-" + UUID().uuidString
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
