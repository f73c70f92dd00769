import Foundation
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct TerminalTests {
    /// What a run draws on a terminal.
    private func draw(columns: Int, environment: [String: String] = ["TERM": "xterm"]) async throws -> Ended {
        var drawn: Ended?
        try await withSite("upload_limit: 8192\nconfigurations: [{name: web, inclusions: [source]}]\n") {
            site in
            try site.writeRandomBytes(64 << 20, to: "source/random.bin")
            try site.write(TestSite.backUp, to: "script.lua")
            drawn = try await Program(
                Program.moonkeep,
                ["run", "script.lua"],
                in: site.folder,
                environment: site.environment.merging(environment) { $1 },
                terminal: try Terminal(columns: columns)
            ).end()
        }
        return try #require(drawn)
    }

    @Test(arguments: [40, 80, 120])
    func `a bar moves, fits the terminal and is gone at the end`(columns: Int) async throws {
        let ended = try await draw(columns: columns)
        #expect(ended.exitCode == 0)
        let screen = Screen(ended.output)
        let percents = screen.seen.compactMap { $0.firstMatch(of: #/(\d+) %/#)?.1 }
        #expect(Set(percents).count >= 3, "\(screen.seen)")
        let bars = screen.seen.filter { $0.contains(" %") }
        #expect(bars.allSatisfy { $0.count <= columns }, "\(bars)")
        #expect(columns < 80 || bars.contains { $0.contains("━") && $0.contains("─") })
        #expect(screen.lines[0].hasPrefix("✓ web: completed, 3 files, 64.0 MiB"))
        #expect(screen.lines[1] == "")
        #expect(screen.lines[2].hasPrefix("  backup of  state"))
        #expect(!screen.lines.contains { $0.contains(" %") }, "\(screen.lines)")
    }

    @Test func `colours are for terminals whose people want them`() async throws {
        let green = "\u{1b}[32m"
        #expect(try await draw(columns: 80).output.contains(green))
        for plain in [["TERM": "xterm", "NO_COLOR": "1"], ["TERM": "dumb"]] {
            #expect(try await !draw(columns: 80, environment: plain).output.contains("m✓"))
        }
    }
}
