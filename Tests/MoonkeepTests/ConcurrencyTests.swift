import Testing

@Suite(.enabled(if: Machine.hasRestic && Machine.hasSQLite, "restic or sqlite3 is not installed"))
struct ConcurrencyTests {
    @Test func `two runs at once on a new site leave a sound catalog`() async throws {
        try await withSite { site in
            try site.write(TestSite.backUp, to: "script.lua")
            let programs = try (0..<3).map { _ in try site.start(["run", "--quiet", "script.lua"]) }
            for program in programs {
                let ended = await program.end()
                #expect(ended.exitCode == 0, "\(ended)")
            }
            let states = try await site.moonkeep("backups", "--json").jsonList().map {
                $0["state"] as? String
            }
            #expect(states == ["completed", "completed", "completed"])
            #expect(try await site.moonkeep("runs", "--json").jsonList().count == 3)
            for name in ["catalog", "journal"] {
                #expect(try await site.integrity(of: "state/\(name).sqlite") == "ok\n")
            }
            #expect(try await site.restic("check").exitCode == 0)
        }
    }

    @Test func `a reader that goes away does not end a run`() async throws {
        try await withSite { site in
            let script = #"for i = 1, 20000 do print("line " .. i) end backup.run("web") print("end")"#
            try site.write(script, to: "script.lua")
            let ended = try await site.execute(
                "/bin/sh",
                "-c",
                "'\(Program.moonkeep)' run script.lua | head -1"
            )
            #expect(ended.output == "line 1\n")
            #expect(try await site.moonkeep("runs", "--json").jsonList().first?["status"] as? String == "ok")
            #expect(try await site.newestBackup()["state"] as? String == "completed")
        }
    }

    @Test(arguments: ["help", "--help", "configurations --json"])
    func `a reader that goes away is no crash`(command: String) async throws {
        try await withSite { site in
            let ended = try await site.execute(
                "/bin/bash",
                "-c",
                "'\(Program.moonkeep)' \(command) | true; echo ${PIPESTATUS[0]}"
            )
            #expect(ended == Ended(exitCode: 0, output: "0\n", error: ""))
        }
    }
}
