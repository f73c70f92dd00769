import Foundation
import Testing

/// The folder of the package.
enum Checkout {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }

    /// The paths of the example scripts, sorted.
    static let scripts: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/examples")) ?? []
        return names.filter { $0.hasSuffix(".lua") }.sorted().map { "\(folder)/examples/\($0)" }
    }()
}

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct ExampleTests {
    private static let siteFile = """
        configurations:
          - name: web
            inclusions: [source]
          - name: partly
            inclusions: [source, nowhere]

        """

    @Test func `start_wait_report reports the backup of a named configuration`() async throws {
        try await withSite { site in
            let script = Checkout.folder + "/examples/start_wait_report.lua"
            let ended = try await site.moonkeep("run", script, "--configuration", "web")
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.output.contains("✓ web"))
            #expect(try await site.newestBackup()["state"] as? String == "completed")
        }
    }

    @Test func `start_wait_report warns of a backup with errors`() async throws {
        try await withSite(Self.siteFile) { site in
            let script = Checkout.folder + "/examples/start_wait_report.lua"
            let ended = try await site.moonkeep("run", script, "--configuration", "partly")
            #expect(ended.exitCode == 3, "\(ended)")
            #expect(ended.error.contains("warn   look at backup "))
            #expect(ended.error.contains("errors=1  reason=unable_to_process_some_files"))
        }
    }

    @Test func `watch_progress tells of the progress in its own words`() async throws {
        try await withSite { site in
            let script = Checkout.folder + "/examples/watch_progress.lua"
            let ended = try await site.moonkeep("run", script, "--configuration", "web")
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.output.contains("web: completed, 8 bytes in 2 files\n"))
        }
    }

    @Test func `many backs up all configurations, and the worst outcome wins`() async throws {
        try await withSite(Self.siteFile) { site in
            let ended = try await site.moonkeep("run", Checkout.folder + "/examples/many.lua")
            #expect(ended.exitCode == 3, "\(ended)")
            #expect(ended.output.contains("! partly"))
            #expect(ended.output.contains("✓ web"))
            #expect(ended.output.contains("\(site.path("nowhere"))"))
            let saved = try String(contentsOfFile: site.path("reports/many.html"), encoding: .utf8)
            #expect(saved.contains("<h2>Backups</h2>"))
            #expect(ended.output.hasPrefix("saved \(site.path("reports/many.html"))\n"))
        }
    }

    @Test(arguments: Checkout.scripts)
    func `an example has no mistakes that can be seen without running it`(script: String) async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("check", script)
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.output.isEmpty)
        }
    }

    @Test func `the example of LuaKit calls Swift, waits and is held to its limit`() async throws {
        let program =
            URL(fileURLWithPath: Program.moonkeep).deletingLastPathComponent().path + "/luakit-example"
        try await withSite { site in
            let output = """
                6 * 7 = 42
                the answer came: 42 bytes of https://localhost/answer
                the script ran longer than its 0.1 seconds

                """
            let ended = try await site.execute(program)
            #expect(ended == Ended(exitCode: 0, output: output, error: ""))
        }
    }

    @Test func `the embedding example runs a script on its own back end`() async throws {
        let program = URL(fileURLWithPath: Program.moonkeep).deletingLastPathComponent().path + "/embed"
        try await withSite { site in
            let ended = try await site.execute(program)
            #expect(
                ended
                    == Ended(
                        exitCode: 0,
                        output: """
                            hello, completed
                            the script may not do this: it has no permission 'greeting:stranger'. Ask for it in the script's 'needs', and grant it with 'moonkeep allow embedded.lua'.
                              backup of  state      files  new      size    added   time  id
                            ✓ web-files  completed  1,222    6  3.45 GiB  121 MiB  1.0 s  00000000
                            outcome: ok

                            """,
                        error: ""
                    )
            )
        }
    }
}
