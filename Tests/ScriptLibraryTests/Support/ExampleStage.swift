import BackupAPI
import BackupTesting
import Foundation
import LoopbackTesting
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary

/// Where the examples of the modules run: the in-memory service over a folder, a server on loopback, programs and secrets that
/// are made up. `/srv` and `https://hooks.example.org` of the examples are the folder and the server.
final class ExampleStage: Sendable {
    /// The configurations that examples name.
    private static let configurations: [Configuration] = [.make("web-files"), .make("mail")]
    /// A Monday at noon.
    private static let now = Timestamp("2026-02-23T12:00:00Z") ?? .sample
    private static let service = "https://hooks.example.org"

    private let folder: TemporaryFolder
    private let server: LoopbackServer
    private let clock = ManualClock()
    private let library: ScriptLibrary
    private let backups: FolderService
    private let executor: LuaExecutor

    /// The modules beside those of every host, on some stage or on none.
    static func modules(_ library: ScriptLibrary, temporaryFolder: String = "/tmp") -> [Module] {
        library.modules + [
            .backup, .restore(temporaryFolder: temporaryFolder), .agent, .state, .time, .schedule, .yaml,
            .csv,
            .template,
            .notify(Notifiers(providers: ["ops": LogProvider { _ in }])),
            .mail { _ in }, .metrics(SiteMetrics(folder: nil, now: { now })),
        ]
    }

    /// What every script finds, for those who only read the descriptions.
    static let describedModules: [Module] = {
        let library = ScriptLibrary(ScriptLibrarySettings(variables: [:], temporaryFolder: "/tmp"))
        return (PluginHost.standardModules + modules(library)).merged()
    }()

    init(_ server: LoopbackServer) throws {
        let folder = try TemporaryFolder()
        try folder.write("data/notes.txt", "some notes\n")
        try folder.write("out/old/dump.sql", "old")
        try folder.write("secrets/pg/password", "correct horse", mode: 0o600)
        try folder.write("secrets/hooks/token", "battery staple", mode: 0o600)
        try folder.write("bin/pg_dump", "#!/bin/sh\necho \"a dump of $*\"\n", mode: 0o755)
        try folder.make("temporary")
        self.folder = folder
        self.server = server
        library = ScriptLibrary(
            ScriptLibrarySettings(
                secrets: SecretsSettings(providers: [SecretFiles(folder: folder.path + "/secrets")]),
                variables: ["PATH": "\(folder.path)/bin:/usr/bin:/bin"],
                temporaryFolder: folder.path + "/temporary"
            )
        )
        backups = try FolderService(folder: folder.path + "/data", configurations: Self.configurations)
        executor = try LuaExecutor()
    }

    /// Answers as a server of hooks does.
    static func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Reply {
        request.method == "HEAD" ? .answer(200) : .json(#"{"name": "hooks"}"#)
    }

    private var host: PluginHost {
        let needs = [
            "fs:read:\(folder.path)", "fs:write:\(folder.path)", "http:\(server.origin)", "shell:*",
            "shell:sh",
            "secrets:*", "notify:*", "mail:*", "state:shared", "restore:*", "backup:*", "lock:*",
        ]
        return PluginHost(
            service: backups,
            journal: RunStore(),
            executor: executor,
            environment: HostEnvironment(
                now: { [clock] in Self.now.advanced(by: clock.now.offset) },
                clock: clock,
                makeID: { "r1" },
                makeSeed: { 7 },
                owner: RunOwner(processID: 42, processStartTime: 1, bootID: "b00t"),
                permissions: Permissions(needs.compactMap { Permission($0) }),
                tickInterval: .zero,
                reportsFolder: folder.path + "/reports"
            ),
            extraModules: Self.modules(library, temporaryFolder: folder.path + "/temporary")
        )
    }

    /// What functions answered while an example ran, by their names. Throws what the example fails with.
    func answers(of example: String) async throws -> [Answer] {
        let host = host
        let text = example.replacing("/srv", with: folder.path).replacing(Self.service, with: server.origin)
        guard !example.contains("hooks.on") else {
            let plugin = LuaSource(name: "plugins/example/plugin.lua", text: text + "\nreturn { api = 1 }")
            _ = try await host.inspector.inspect(plugin: plugin, at: plugin.name)
            return [Answer(name: "hooks.on", value: .nil)]
        }
        let source = LuaSource(name: "example.lua", text: Self.watched(text, host.modules.map(\.name)))
        async let result = host.run(source)
        // Nothing else in an example waits for the clock to be advanced.
        if example.contains("task.sleep") || example.contains("run.ask") {
            try await clock.waitForSleepers()
            clock.advance(by: .seconds(30 * 86_400))
        }
        if let failure = try await result.failure { throw failure }
        guard case .table(let answers)? = try await result.values.first else { return [] }
        return answers.items.map { Answer(name: $0["name"].text ?? "", value: $0["answer"]) }
    }

    /// What a function answered.
    struct Answer: Sendable {
        let name: String
        let value: LuaValue
        /// Whether the value was a lock, which cannot be looked at when it has been freed.
        var isFreed: Bool { name == "lock.acquire" }
    }

    /// The example with its modules in tables that note what their functions answer.
    private static func watched(_ example: String, _ modules: [String]) -> String {
        let locals = modules.map { "local \($0) = watch(\"\($0)\", \($0))" }.joined(separator: "\n")
        return """
            local answers = {}
            local function watch(name, module)
              return setmetatable({}, { __index = function(_, key)
                local member = module[key]
                if type(member) ~= "function" then return member end
                return function(...)
                  local results = table.pack(member(...))
                  local answer = results[1]
                  if key == "acquire" then answer = nil end
                  answers[#answers + 1] = { name = name .. "." .. key, answer = answer }
                  return table.unpack(results, 1, results.n)
                end
              end })
            end
            \(locals)
            do
            \(example)
            end
            return answers
            """
    }
}
