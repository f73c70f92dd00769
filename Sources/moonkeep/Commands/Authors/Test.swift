import ArgumentParser
import BackupAPI
import Foundation
import HostSystem
import LuaKit
import PluginHost
import ScriptTesting

struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs the tests of scripts, which are written in Lua.",
        discussion: """
            Tests are the files in folders called 'test', and those whose names end in _test.lua. They run with backups, \
            servers, programs, secrets and a clock that exist in memory only: nothing outside is reached, and an hour takes no \
            time. 'moonkeep help test.run' and 'moonkeep help test' explain what tests are written with. No site is needed.

            Ends with 0 when all tests passed, with 1 when one failed, and with 2 when there are none.
            """
    )

    @OptionGroup var limits: RunLimits

    @Option(
        help: ArgumentHelp("Only tests with this text in their file's name or their own.", valueName: "text")
    )
    var filter: String?

    @Flag(help: "Show which lines of the tested scripts never ran.")
    var coverage = false

    @Option(help: ArgumentHelp("Write the results to a file too, as JUnit's XML.", valueName: "file"))
    var junit: String?

    @Argument(help: "Test files, or folders in which they are looked for.")
    var paths: [String] = ["."]

    func validate() throws {
        if junit?.isEmpty == true { throw ValidationError("--junit takes the path of a file.") }
    }

    func run() async throws {
        try await CommandError.naming {
            let files = try TestFiles().find(paths)
            let folder = NSTemporaryDirectory() + "moonkeep-test-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let tester = ScriptTester(
                ScriptTester.Settings(
                    limits: try limits.limits(),
                    temporaryFolder: folder,
                    measuresCoverage: coverage,
                    read: { path, name in
                        var source = try ScriptFile.read(path)
                        source.name = name
                        return source
                    },
                    makeModules: Library.modules(over:)
                )
            )
            let results = try await results(of: files, tester)
            if let junit { try write(JUnitReport(results).text, to: junit) }
            guard !results.isEmpty else { throw noTests(files) }
            if coverage { show(tester.coverage) }
            let failures = results.count { $0.failure != nil }
            let passed = results.count - failures
            Console.standardOutput.writeLine(
                "\n\(passed) passed" + (failures > 0 ? ", \(failures) failed" : "")
            )
            if failures > 0 { throw ExitStatus.failed }
        }
    }

    private func results(of files: [TestFile], _ tester: ScriptTester) async throws -> [CaseResult] {
        var results: [CaseResult] = []
        for file in files {
            let name = file.source.name
            results += try await tester.run(
                file,
                isWanted: { testCase in filter.map { "\(name): \(testCase)".contains($0) } ?? true },
                observe: show
            )
        }
        return results
    }

    private func show(_ result: CaseResult) {
        let console = Console.standardOutput
        guard let failure = result.failure else {
            return console.writeLine("✓ \(result.file): \(result.name)".printable)
        }
        let place = failure.place.map { "\($0.script):\($0.line)" } ?? result.file
        let name = result.name.isEmpty ? "" : "\(result.name): "
        console.writeLine(console.style.paint("✗ \(place): \(name)\(failure.message)".printable, .failed))
        for note in failure.notes { console.writeLine("    \(note)".printable) }
        guard !failure.printed.isEmpty else { return }
        console.writeLine("    it printed:")
        for line in failure.printed { console.writeLine("      \(line)".printable) }
    }

    private func show(_ coverage: Coverage) {
        let rows = coverage.scripts.map { ["\($0.percentage) %", $0.name.printable, $0.missedText] }
        guard !rows.isEmpty else { return Console.standardOutput.writeLine("\nno script was tested") }
        let table = TextTable(columns: ["lines", "script", "never ran"], rows: rows, rightAligned: [0])
        Console.standardOutput.writeLine("\n" + table.lines().joined(separator: "\n"))
    }

    private func write(_ text: String, to path: String) throws {
        do {
            try Replacement.write(text, to: path)
        } catch {
            throw CommandError(
                "'\(path)' could not be written: \(error.localizedDescription)",
                fix: "Check the folder and its permissions."
            )
        }
    }

    private func noTests(_ files: [TestFile]) -> CommandError {
        if let filter, !files.isEmpty { return CommandError("no test has '\(filter)' in its name") }
        guard files.isEmpty else {
            return CommandError(
                "'\(files[0].source.name)' has no tests",
                fix: "Say them with test.case(\"what holds\", function() … end)."
            )
        }
        return CommandError(
            "there are no tests in \(paths.map { "'\($0)'" }.joined(separator: ", "))",
            fix: "Put them into a folder 'test', or into files whose names end in _test.lua."
        )
    }
}
