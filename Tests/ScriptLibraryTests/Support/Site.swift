import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Synchronization
import Testing

/// A host with the library's modules, a folder of its own, and what the test can look at. Runs are called `r1`, `r2`, …
final class Site: Sendable {
    let folder: TemporaryFolder
    let journal = RunStore()
    let clock: any Clock<Duration>
    let library: ScriptLibrary
    private let executor: LuaExecutor
    private let permissions: Permissions
    private let events = Mutex<[String]>([])
    private let runCount = Mutex(0)

    /// `$` in a permission stands for the folder's path. The secrets are files in `secrets` beneath it.
    init(
        needs: [String] = [],
        secrets: [String: String] = [:],
        providers: [any SecretProvider] = [],
        variables: [String: String] = ProcessInfo.processInfo.environment,
        clock: any Clock<Duration> = ContinuousClock()
    ) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        self.clock = clock
        for (name, value) in secrets { try folder.write("secrets/" + name, value, mode: 0o600) }
        library = ScriptLibrary(
            ScriptLibrarySettings(
                secrets: SecretsSettings(
                    providers: providers + [SecretFiles(folder: folder.path + "/secrets")]
                ),
                variables: variables,
                temporaryFolder: folder.path + "/temporary"
            )
        )
        executor = try LuaExecutor()
        permissions = Permissions(
            try needs.map { need in try #require(Permission(need.replacing("$", with: folder.path))) }
        )
    }

    func host(_ store: RunStore? = nil) -> PluginHost {
        PluginHost(
            service: InMemoryBackupService([]),
            journal: store ?? journal,
            executor: executor,
            environment: HostEnvironment(
                now: { .sample },
                clock: clock,
                makeID: { [self] in "r\(runCount.withLock { $0 += 1; return $0 })" },
                makeSeed: { 7 },
                owner: RunOwner(processID: 42, processStartTime: 1, bootID: "b00t"),
                permissions: permissions
            ),
            extraModules: library.modules
        )
    }

    /// Runs a script; `$` in it stands for the folder's path.
    func run(_ text: String, on store: RunStore? = nil) async throws -> RunResult {
        try await host(store).run(source(text), observe: note)
    }

    /// Runs a script whose host dies after the effect of the first step that is recorded before it, and goes on with it.
    func runAgain(_ text: String) async throws -> RunResult {
        let ends = Mutex(0)
        let result = try await run(
            text,
            dyingAt: { write in
                guard case .end = write else { return false }
                return ends.withLock {
                    $0 += 1; return $0 == 1
                }
            }
        )
        return try #require(result)
    }

    /// Runs a script whose host dies at a write to the journal, before or after it, and goes on with it; `nil` when there are
    /// not so many.
    func run(_ text: String, dyingAt point: Int) async throws -> RunResult? {
        let writes = Mutex(0)
        return try await run(
            text,
            dyingAt: { _ in
                writes.withLock {
                    $0 += 1; return $0 == point
                }
            }
        )
    }

    private func run(
        _ text: String,
        dyingAt isDeath: @escaping @Sendable (RunStore.Write) -> Bool
    ) async throws -> RunResult? {
        let isDead = Mutex(false)
        let pass: @Sendable (RunStore.Write) async -> JournalError? = { write in
            let dies = isDeath(write)
            return isDead.withLock { isDead in
                isDead = isDead || dies
                return isDead ? JournalError(.claimLost, "the host is dead") : nil
            }
        }
        do {
            _ = try await host(journal.watched(before: pass, after: pass)).run(source(text))
        } catch is JournalError where isDead.withLock({ $0 }) {}
        guard isDead.withLock({ $0 }) else { return nil }
        guard let run = try await journal.runs(limit: 1).first else { return try await self.run(text) }
        guard !run.status.isOver else { return try await host().replay(run).result }
        return try await host().resume(run, observe: note)
    }

    func source(_ text: String) -> LuaSource {
        LuaSource(name: "test.lua", text: located(text))
    }

    /// `$` stands for the folder's path where it is a path or begins one, but not in a shell's `$$` or `$NAME`.
    private func located(_ text: String) -> String {
        text.replacing("$/", with: folder.path + "/").replacing("'$'", with: "'\(folder.path)'")
    }

    func note(_ event: RunEvent) {
        events.withLock { $0.append("\(event)") }
    }

    /// What a script returns; its failure fails the test.
    func values(_ text: String) async throws -> [LuaValue] {
        let result = try await run(text)
        if let failure = result.failure { throw failure }
        return result.values
    }

    /// What a script fails with, in words; the folder's path is `$`.
    func failure(_ text: String) async throws -> String? {
        try await run(text).failure?.description.replacing(folder.path, with: "$")
    }

    /// A journal in the folder's file `journal.sqlite`, closed afterwards.
    func onDisk(_ body: (RunStore) async throws -> Void) async throws {
        let store = try RunStore(path: folder.path + "/journal.sqlite")
        try await body(store)
    }

    /// Everything that the runs left in the journal and said to their observers.
    var account: String {
        get throws {
            (try journal.allSteps.map { "\($0)" } + events.withLock { $0 }).joined(separator: "\n")
        }
    }
}

/// A folder that goes away with the test that made it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
        path = base + "/script-library-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The files and folders beneath, sorted.
    var contents: [String] { (FileManager.default.subpaths(atPath: path) ?? []).sorted() }

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: path + "/" + name, encoding: .utf8)
    }

    func write(_ name: String, _ text: String, mode: Int = 0o644) throws {
        let file = path + "/" + name
        try make(String(name[..<(name.lastIndex(of: "/") ?? name.startIndex)]))
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }

    func make(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }
}
