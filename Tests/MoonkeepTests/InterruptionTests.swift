import Foundation
import Glibc
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .serialized)
struct InterruptionTests {
    /// Expects that nothing of the backup is left but its record, which says `stopped`.
    private func expectStopped(_ site: TestSite) async throws {
        let backup = try await site.newestBackup()
        #expect(backup["state"] as? String == "stopped")
        #expect(backup["restorable"] as? Bool == false)
        let local = try #require(backup["local"] as? [String: Any])
        let process = Int32(try #require(local["process_id"] as? Int))
        try await eventually("restic and its launcher are gone") {
            kill(-process, 0) == -1 && errno == ESRCH
        }
        #expect(try site.names(in: "repository/locks") == [])
        #expect(
            try await site.moonkeep("runs", "--json").jsonList().first?["status"] as? String == "cancelled"
        )
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `a signal stops the run and its backup`(signal: Int32) async throws {
        try await withSite(TestSite.slowSiteFile) { site in
            let program = try await site.startRunningBackup()
            program.send(signal)
            let ended = await program.end()
            #expect(ended.exitCode == 130)
            #expect(ended.error == "stopping; once more to leave running backups alone\n")
            let last = try #require(try ended.jsonLines().last)
            #expect(last["status"] as? String == "cancelled")
            #expect(last["outcome"] as? String == "stopped")
            try await expectStopped(site)
        }
    }

    @Test func `a second signal leaves the backup running, and its end is recorded later`() async throws {
        try await withSite(TestSite.slowSiteFile) { site in
            let program = try await site.startRunningBackup()
            let id = try #require(try await site.newestBackup()["id"] as? String)
            // The second one is only sure to find the first one's work undone while the program stands still.
            program.send(SIGSTOP)
            program.send(SIGINT)
            program.send(SIGTERM)
            program.send(SIGCONT)
            let ended = await program.end()
            #expect(ended.exitCode == 130)
            let script = #"backup.stop("\#(id)") print(backup.wait("\#(id)").state)"#
            let later = try await site.run(script)
            #expect(later.output.hasPrefix("stopped\n"))
        }
    }

    @Test(.enabled(if: Machine.hasTools, "setsid is not installed"))
    func `Ctrl-C at a terminal stops the run and its backup`() async throws {
        try await withSite(TestSite.slowSiteFile) { site in
            try site.writeRandomBytes(160 << 20, to: "source/random.bin")
            try site.write(TestSite.backUp, to: "script.lua")
            let terminal = try Terminal(columns: 100)
            let program = try Program(
                "/usr/bin/setsid",
                ["--ctty", "--wait", Program.moonkeep, "run", "script.lua"],
                in: site.folder,
                environment: site.environment.merging(["TERM": "xterm"]) { $1 },
                terminal: terminal
            )
            try #require(await terminal.output.reaches { $0.contains(" of 160 MiB") })
            terminal.type(3)
            let ended = await program.end()
            #expect(ended.exitCode == 130)
            let lines = Screen(ended.output).lines.filter { !$0.isEmpty }
            #expect(lines.contains("stopping; once more to leave running backups alone"), "\(lines)")
            #expect(lines.contains { $0.hasPrefix("■ web: stopped in ") }, "\(lines)")
            #expect(lines.last?.hasPrefix("■ stopped (cancelled)") == true, "\(lines)")
            try await expectStopped(site)
        }
    }
}
