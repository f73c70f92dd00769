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

    @Test func `chart draws the progress and the run`() async throws {
        try await withSite { site in
            let script = Checkout.folder + "/examples/chart.lua"
            let ended = try await site.moonkeep("run", script, "--configuration", "web")
            #expect(ended.exitCode == 0, "\(ended)")
            let saved = try String(contentsOfFile: site.path("reports/chart.html"), encoding: .utf8)
            #expect(saved.matches(of: #/<svg/#).count == 2)
            #expect(saved.contains("Progress of web"))
            #expect(saved.contains("What the run did"))
        }
    }

    @Test func `verify restores the same sample for the same seed, and compares it`() async throws {
        try await withSite { site in
            for name in 1...9 { try site.write("number \(name)", to: "source/\(name).txt") }
            #expect(try await site.run(TestSite.backUp).exitCode == 0)
            let words = ["--configuration", "web", "--count", "4", "--seed", "x"]
            let first = try await site.example("verify", words)
            #expect(first.exitCode == 0, "\(first)")
            #expect(first.output.hasPrefix("4 files restored, 4 compared with their originals\n"))
            #expect(try await site.example("verify", words).output.files == first.output.files)
            #expect(first.output.files.count == 4)
        }
    }

    @Test func `verify does not hold a change of the original against the backup`() async throws {
        try await withSite { site in
            #expect(try await site.run(TestSite.backUp).exitCode == 0)
            try site.write("changed since", to: "source/a.txt")
            let ended = try await site.example("verify", ["--configuration", "web"])
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.output.hasPrefix("2 files restored, 1 compared with their originals\n"))
        }
    }

    @Test func `verify sees that a file is another one than was backed up`() async throws {
        try await withSite { site in
            #expect(try await site.run(TestSite.backUp).exitCode == 0)
            let file = site.path("source/a.txt")
            let time = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate]
            try site.write("two", to: "source/a.txt")
            try FileManager.default.setAttributes(
                [.modificationDate: try #require(time)],
                ofItemAtPath: file
            )
            let ended = try await site.example("verify", ["--configuration", "web"])
            #expect(ended.exitCode == 1, "\(ended)")
            #expect(
                ended.error.contains("found 2 files of which not all are good: 1 changed (\(file))"),
                "\(ended)"
            )
        }
    }

    @Test func `verify sees that the repository is damaged`() async throws {
        try await withSite { site in
            #expect(try await site.run(TestSite.backUp).exitCode == 0)
            let index = try await site.execute(
                "/bin/sh",
                "-c",
                "for f in $(find repository/data -type f); do head -c $(stat -c %s $f) /dev/zero >x; chmod u+w $f; cat x >$f; done; rm x; rm -rf home/.cache"
            )
            #expect(index.exitCode == 0, "\(index)")
            let ended = try await site.example("verify", ["--configuration", "web"])
            #expect(ended.exitCode == 1, "\(ended)")
            #expect(ended.error.contains("verify.lua:18: "), "\(ended)")
            #expect(((try? site.names(in: "state/temporary")) ?? []).isEmpty)
        }
    }

    @Test func `maintenance cleans up in its window, and is skipped outside`() async throws {
        try await withSite { site in
            #expect(try await site.run(TestSite.backUp).exitCode == 0)
            let inside = try await site.example("maintenance", ["--from", "00:00", "--to", "00:00"])
            #expect(inside.exitCode == 0, "\(inside)")
            #expect(inside.output.hasPrefix("cleanup completed\n"))
            let hour = Calendar(identifier: .gregorian).component(.hour, from: Date() + 43_200)
            let start = String(format: "%02d:00", hour)
            let outside = try await site.example(
                "maintenance",
                ["--from", start, "--to", start.dropLast() + "1"]
            )
            #expect(outside.exitCode == 0, "\(outside)")
            #expect(outside.output.contains("skipped"))
        }
    }

    @Test func `nightly backs up, tests and cleans up`() async throws {
        try await withSite { site in
            let ended = try await site.example("nightly")
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.output.hasPrefix("cleanup completed\n"))
            #expect(ended.error.contains("restored web"), "\(ended)")
        }
    }

    @Test func `nightly removes nothing when a backup fails`() async throws {
        try await withSite(
            "configurations: [{name: gone, inclusions: [nowhere]}, {name: web, inclusions: [source]}]\n"
        ) { site in
            let ended = try await site.example("nightly")
            #expect(ended.exitCode == 1, "\(ended)")
            #expect(ended.error.contains("restored web"), "\(ended)")
            #expect(!ended.output.contains("cleanup"))
        }
    }

    @Test(arguments: Checkout.scripts)
    func `an example has no mistakes that can be seen without running it`(script: String) async throws {
        try await withSite { site in
            try FileManager.default.copyItem(
                atPath: Checkout.folder + "/examples/plugins",
                toPath: site.path("plugins")
            )
            let ended = try await site.moonkeep("check", script)
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.output.isEmpty)
        }
    }

    @Test func `the example of LuaKit calls Swift, waits and is held to its limit`() async throws {
        let program =
            Program.built("luakit-example")
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
        let program = Program.built("embed")
        try await withSite { site in
            let ended = try await site.execute(program)
            #expect(
                ended
                    == Ended(
                        exitCode: 0,
                        output: """
                            hello, completed
                            the script may not do this: it has no permission 'greeting:stranger'
                              backup of  state      files  new  size  added  time  id
                            ✓ web-files  completed      0    0   0 B    0 B        copy-1
                            outcome: ok

                            """,
                        error: ""
                    )
            )
        }
    }
}

extension TestSite {
    /// Grants an example what it asks for, and runs it.
    fileprivate func example(_ name: String, _ words: [String] = []) async throws -> Ended {
        let script = Checkout.folder + "/examples/\(name).lua"
        _ = try await moonkeep("allow", script)
        return try await start(["run", script] + words).end()
    }
}

extension String {
    /// The lines that name a file of the site.
    fileprivate var files: [Substring] { split(separator: "\n").filter { $0.contains("/source/") } }
}
