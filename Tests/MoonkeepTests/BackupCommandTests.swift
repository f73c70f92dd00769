import Foundation
import Testing

/// `moonkeep backup`: a run without a script of one's own.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct BackupCommandTests {
    private static let two = """
        configurations:
          - {name: web, inclusions: [source]}
          - {name: mail, inclusions: [mail]}

        """

    @Test func `configurations are backed up by name, each once, and reported`() async throws {
        try await withSite(Self.two) { site in
            try site.makeFolder("mail")
            try site.write("letter", to: "mail/inbox")
            let ended = try await site.moonkeep("backup", "web", "mail", "web")
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.output.contains("\n✓ web "), "\(ended)")
            #expect(ended.output.contains("\n✓ mail "), "\(ended)")
            #expect(ended.output.contains("\n✓ ok  run "), "\(ended)")
            #expect(try await site.moonkeep("backups", "--json").jsonList().count == 2)
            let run = try #require(try await site.moonkeep("runs", "--json").jsonList().first)
            #expect(run["script"] as? String == "moonkeep backup")
            #expect(run["status"] as? String == "ok")
        }
    }

    @Test func `all are those that are not disabled, and programs hear of each event`() async throws {
        try await withSite { site in
            let made = try await site.moonkeep(
                "configurations",
                "create",
                "mail",
                "--include",
                site.path("home") + "/",
                "--disabled"
            )
            #expect(made.exitCode == 0, "\(made)")
            let ended = try await site.moonkeep("backup", "--all", "--json")
            #expect(ended.exitCode == 0, "\(ended)")
            let events = try ended.jsonLines()
            #expect(
                events.filter { $0["type"] as? String == "backup_finished" }
                    .map { $0["configuration"] as? String } == ["web"]
            )
            #expect(events.last?["status"] as? String == "ok")
        }
    }

    @Test func `a warning ends with 3, and does not keep the others from being backed up`() async throws {
        try await withSite(Self.two) { site in
            let ended = try await site.moonkeep("backup", "mail", "web", "--quiet")
            #expect(ended.exitCode != 0, "\(ended)")
            let backups = try await site.moonkeep("backups", "--json").jsonList()
            #expect(backups.contains { $0["state"] as? String == "completed" })
            #expect(backups.count == 2)
        }
    }

    @Test(arguments: [
        (["backup", "wbe"], "no configuration is called 'wbe'. Did you mean 'web'?"),
        (
            ["backup"],
            "there is no configuration to back up: none is named. Name some of 'web', or say --all."
        ),
        (["backup", "web", "wbe"], "no configuration is called 'wbe'. Did you mean 'web'?"),
    ])
    func `a wrong name is a mistake of the call, and nothing begins`(arguments: [String], said: String)
        async throws
    {
        try await withSite { site in
            let ended = try await site.start(arguments).end()
            #expect(ended == Ended(exitCode: 2, output: "", error: "moonkeep: \(said)\n"))
            #expect(try await site.moonkeep("runs", "--json").jsonList().isEmpty)
        }
    }

    @Test func `names beside all are a mistake of the call`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("backup", "web", "--all")
            #expect(ended.exitCode == 2)
            #expect(ended.error.hasPrefix("moonkeep: --all and names exclude one another.\n"), "\(ended)")
        }
    }

    @Test func `a backup whose command was killed is taken up by resume, and made once`() async throws {
        try await withSite(TestSite.slowSiteFile) { site in
            try site.writeRandomBytes(24 << 20, to: "source/random.bin")
            let program = try site.start(["backup", "web", "--json"])
            let isRunning = await program.output.reaches {
                $0.firstMatch(
                    of: #/"type":"backup_progress".*"state":"in_progress".*"bytes_done":[1-9]/#
                )
                    != nil
            }
            try #require(isRunning, "\(program.output.text)\(program.error.text)")
            program.send(SIGKILL)
            _ = await program.end()
            let ended = try await site.moonkeep("resume")
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.output.contains("✓ web "), "\(ended)")
            let backups = try await site.moonkeep("backups", "--json").jsonList()
            #expect(backups.map { $0["state"] as? String } == ["completed"])
        }
    }
}
