import Foundation
import Testing

/// The console in a real browser, over a served site with real backups.
@Suite(
    .timeLimit(.minutes(10)),
    .enabled(
        if: Machine.hasRestic && Chromium.python != nil,
        "restic, chromium or the Python environment is missing; scripts/test installs them"
    )
) struct ConsoleBrowserTests {
    private static let script = """
        local answer = run.ask("Was the <b>old mail</b> moved?", { choices = { "moved", "not yet" } })
        print(answer)
        """

    @Test func `every page reads, folds, is accessible, and does what it says`() async throws {
        try await withSite { site in
            try site.write(Self.script, to: "asks.lua")
            #expect(try await site.moonkeep("run", "--quiet", "asks.lua").exitCode == 4)
            #expect(try await site.run("report.add(backup.run('web'))").exitCode == 0)
            let serving = try await Serving(site)
            let python = try #require(Chromium.python)
            let pictures = Chromium.pictures ?? site.path("pictures")
            try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
            let ended = try await site.execute(
                python,
                "\(Checkout.folder)/Tests/MoonkeepTests/Browser/console.py",
                serving.endpoint,
                serving.token,
                pictures,
                environment: [:]
            )
            var checks: [String] = []
            for line in ended.output.split(separator: "\n") {
                let check = try JSONDecoder().decode(Check.self, from: Data(line.utf8))
                checks.append(check.check)
                #expect(check.found == nil, "\(check.check): \(check.found?.text ?? "")")
            }
            #expect(checks.last == "end", "\(ended)")
            #expect(checks.count > 30)
            #expect(await serving.end().exitCode == 0)
        }
    }

    private struct Check: Decodable {
        let check: String
        let found: Found?
    }

    /// A text, or several.
    private struct Found: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            text =
                try (try? container.decode(String.self))
                ?? container.decode([String].self).joined(separator: ", ")
        }
    }
}

/// Where the browser and what drives it are.
private enum Chromium {
    /// The Python that has playwright; `nil` where it or the browser is missing.
    static var python: String? {
        let path = "\(Checkout.folder)/.build/browser/bin/python"
        let files = FileManager.default
        return files.isExecutableFile(atPath: path) && files.isExecutableFile(atPath: "/usr/bin/chromium")
            ? path : nil
    }

    /// Where the pictures go, so that people can look at them; `nil` for nowhere.
    static var pictures: String? { ProcessInfo.processInfo.environment["MOONKEEP_PICTURES"] }
}
