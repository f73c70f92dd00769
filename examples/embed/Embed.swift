import Foundation
import LuaKit
import PluginHost

/// Runs a script on a back end of its own, with a module and a permission of its own beside the standard ones.
@main
struct Embed {
    static let script = """
        local result = backup.run("web-files")
        print(greeting.hello(result.state))
        print(select(2, pcall(greeting.hello, "stranger")).message)
        report.add(result)
        """

    static let greeting = Module("greeting", "Says hello.") {
        Function(
            "hello",
            "Returns a greeting. Needs 'greeting:NAME'.",
            .pure,
            Parameter<Text>("name", "Whom to greet."),
            returns: "string: the greeting",
            errors: ["permission_denied"],
            immediate: { run, name in
                try run.require(Permission("greeting", name))
                return .string("hello, \(name)")
            }
        )
    }

    static let permissions = Permissions(
        Permissions.standard.granted.union([Permission("greeting", "completed")])
    )

    static func main() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "embed-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let source = folder + "/web-files"
        try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
        let host = PluginHost(
            service: Copies(of: source, named: "web-files", to: folder),
            journal: try RunStore(path: folder + "/journal.sqlite"),
            executor: try LuaExecutor(),
            environment: HostEnvironment(
                now: { Timestamp(seconds: Date().timeIntervalSince1970) },
                makeID: { UUID().uuidString.lowercased() },
                owner: RunOwner(processID: Int(getpid()), processStartTime: 0, bootID: ""),
                permissions: permissions
            ),
            limits: LuaLimits(memoryBytes: 8 << 20, runningTime: .seconds(1)),
            extraModules: [greeting]
        )
        let result = try await host.run(LuaSource(name: "embedded.lua", text: script)) { event in
            if case .output(let line) = event { print(line) }
        }
        print(result.report.terminalLines(TerminalStyle(hasColour: false)).joined(separator: "\n"))
        print(result.failure?.description ?? "outcome: \(result.outcome.rawValue)")
    }
}
