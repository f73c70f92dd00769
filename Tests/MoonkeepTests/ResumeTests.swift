import Foundation
import Glibc
import Testing

/// Runs whose process is killed, and the commands that go on with them.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .serialized, .timeLimit(.minutes(10)))
struct ResumeTests {
    private static let script = """
        print("first")
        local result = backup.run("web")
        print("then " .. result.state)
        report.add(result)
        """

    /// Kills a run in the middle of its backup, which takes some seconds more.
    private func killedRun(_ site: TestSite, script: String = script) async throws -> [String: Any] {
        try site.writeRandomBytes(24 << 20, to: "source/random.bin")
        try site.write(script, to: "script.lua")
        let program = try site.start(["run", "--json", "script.lua"])
        let isRunning = await program.output.reaches { text in
            text.firstMatch(of: #/"type":"backup_progress".*"state":"in_progress".*"bytes_done":[1-9]/#)
                != nil
        }
        try #require(isRunning, "the backup did not get going: \(program.output.text)\(program.error.text)")
        program.send(SIGKILL)
        _ = await program.end()
        return try await site.newestBackup()
    }

    private func processID(of backup: [String: Any]) throws -> Int {
        let local = try #require(backup["local"] as? [String: Any])
        return try #require(local["process_id"] as? Int)
    }

    @Test func `a killed run adopts its backup, which went on, and reports it`() async throws {
        try await withSite(TestSite.slowSiteFile) { site in
            let before = try await killedRun(site)
            let run = try #require(try await site.moonkeep("runs", "--json").jsonList().first)
            #expect(run["status"] as? String == "running")
            #expect(run["is_interrupted"] as? Bool == true)
            let table = try await site.moonkeep("runs").output
            #expect(table.contains("  script.lua  interrupted  "))

            let ended = try await site.moonkeep("resume")
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(
                ended.output.hasPrefix("then completed\n"),
                "what was printed before is not printed again"
            )
            #expect(ended.error.hasPrefix("going on with run \(try #require(run["id"] as? String))\n"))
            let after = try await site.newestBackup()
            #expect(after["id"] as? String == before["id"] as? String)
            #expect(try processID(of: after) == processID(of: before))
            #expect(after["state"] as? String == "completed")
            #expect(try await site.moonkeep("backups", "--json").jsonList().count == 1)
            let again = try await site.moonkeep("runs", "--json").jsonList()
            #expect(again.map { $0["status"] as? String } == ["ok"])
            #expect(again.map { $0["attempt"] as? Int } == [2])
        }
    }

    @Test func `a killed run whose restic was killed too does that backup again, once`() async throws {
        try await withSite(TestSite.slowSiteFile) { site in
            let before = try await killedRun(site)
            kill(-Int32(try processID(of: before)), SIGKILL)
            let ended = try await site.moonkeep("run", "--resume", "script.lua")
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.output.hasPrefix("then completed\n"))
            let after = try await site.moonkeep("backups", "--json").jsonList()
            #expect(after.map { $0["id"] as? String } == [before["id"] as? String])
            #expect(try processID(of: try #require(after.first)) != processID(of: before))
        }
    }

    @Test func `a run goes on with the source that it began with, and another one is compared first`()
        async throws
    {
        try await withSite(TestSite.slowSiteFile) { site in
            _ = try await killedRun(site)
            try site.write("\nlocal x = time.now()\nprint('edited')", to: "script.lua")
            let run = try #require(try await site.moonkeep("runs", "--json").jsonList().first)
            let id = try #require(run["id"] as? String)
            let refused = try await site.moonkeep("resume", id, "--script", "script.lua")
            #expect(refused.exitCode == 1)
            #expect(
                refused.error.hasSuffix(
                    """
                    the run cannot go on with this script: step 0#0: the journal has backup.start("web"), the script wants \
                    time.now(), at script.lua:2

                    """
                ),
                "\(refused.error)"
            )
            let ended = try await site.moonkeep("resume", id)
            #expect(ended.exitCode == 0)
            #expect(ended.output.hasPrefix("then completed\n"))
        }
    }

    @Test func `a finished run is replayed without its back end`() async throws {
        try await withSite { site in
            let first = try await site.run(Self.script)
            #expect(first.exitCode == 0)
            let run = try #require(try await site.moonkeep("runs", "--json").jsonList().first)
            let id = try #require(run["id"] as? String)
            try FileManager.default.removeItem(atPath: site.path("repository"))
            let again = try await site.moonkeep("replay", id)
            #expect(again.output == first.output)
            try site.write("print('first') backup.start('mail')", to: "other.lua")
            let other = try await site.moonkeep("replay", id, "--script", "other.lua")
            #expect(other.exitCode == 1)
            #expect(
                other.error == """
                    moonkeep: the script differs from run '\(id)': step 0#0: the journal has backup.start("web"), the script \
                    wants backup.start("mail"), at other.lua:1

                    """
            )
        }
    }

    @Test func `a plan shows the steps and does nothing`() async throws {
        try await withSite { site in
            try site.write(
                "for _, c in ipairs(backup.configurations()) do report.add(backup.run(c.name)) end task.sleep('1h')",
                to: "script.lua"
            )
            let ended = try await site.moonkeep("run", "--plan", "script.lua")
            #expect(
                ended.output == """
                       call                      kind
                    1  backup.configurations()   read
                    2  backup.start("web")       start
                    3  backup.wait("planned-2")  wait
                    4  task.sleep("1h")          sleep

                    """
            )
            #expect(ended.exitCode == 0)
            #expect(try await site.moonkeep("backups", "--json").jsonList().isEmpty)
            #expect(try await site.moonkeep("runs", "--json").jsonList().isEmpty)
        }
    }

    @Test func `a lock of an interrupted run is shown and kept until the run is over`() async throws {
        try await withSite(TestSite.slowSiteFile) { site in
            _ = try await killedRun(
                site,
                script: "lock.with('repo/main', {}, function() backup.run('web') end)"
            )
            let locks = try await site.moonkeep("locks", "--json").jsonList()
            #expect(locks.map { $0["name"] as? String } == ["repo/main"])
            #expect(locks.map { $0["mode"] as? String } == ["exclusive"])
            let other = try await site.run("lock.with('repo/main', { wait = 0 }, print)")
            #expect(other.exitCode == 1)
            #expect(other.error.contains("the lock 'repo/main' was not free after 0.0 s"), "\(other.error)")
            #expect(try await site.moonkeep("resume").exitCode == 0)
            #expect(try await site.moonkeep("locks").output == "No lock is held.\n")
        }
    }

    @Test(.enabled(if: Machine.hasSQLite, "sqlite3 is not installed"))
    func `a process that was stopped for longer than its lease finds its run taken, and does nothing more`()
        async throws
    {
        try await withSite(TestSite.slowSiteFile) { site in
            try site.writeRandomBytes(24 << 20, to: "source/random.bin")
            try site.write(Self.script + Self.script, to: "script.lua")
            let stopped = try site.start(["run", "--json", "script.lua"])
            let isRunning = await stopped.output.reaches { $0.contains(#""state":"in_progress""#) }
            try #require(isRunning)
            stopped.send(SIGSTOP)
            // As if the lease had passed.
            let update = try await site.execute(
                "/usr/bin/sqlite3",
                site.path("state/journal.sqlite"),
                "UPDATE run SET lease_end = 0"
            )
            #expect(update.exitCode == 0, "\(update)")
            let other = try site.start(["resume"])
            try #require(await other.error.reaches { $0.hasPrefix("going on with run ") })
            try await eventually("the run is taken") {
                try site.journal("SELECT attempt FROM run") == "2"
            }
            stopped.send(SIGCONT)
            let first = await stopped.end()
            #expect(first.exitCode == 1)
            let last = try #require(try first.jsonLines().last)
            #expect((last["failure"] as? [String: Any])?["code"] as? String == "claim_lost")
            let second = await other.end()
            #expect(second.exitCode == 0, "\(second)")
            #expect(try await site.moonkeep("backups", "--json").jsonList().count == 2)
            #expect(try site.journal("SELECT count(*) FROM step WHERE kind = 'start'") == "2")
            #expect(try site.journal("SELECT status FROM run") == "ok")
        }
    }

    @Test func `serve goes on with what was interrupted`() async throws {
        try await withSite(TestSite.slowSiteFile) { site in
            _ = try await killedRun(site)
            let server = try site.start(["serve", "--port", "0"])
            defer { server.send(SIGKILL) }
            let isOver = await server.error.reaches { $0.contains(" ended: ok\n") }
            #expect(isOver, "\(server.error.text)")
            server.send(SIGTERM)
            _ = await server.end()
            let runs = try await site.moonkeep("runs", "--json").jsonList()
            #expect(runs.map { $0["status"] as? String } == ["ok"])
        }
    }

    @Test func `a choice needs a run that waits for one`() async throws {
        try await withSite { site in
            #expect(try await site.moonkeep("resume").error == "there are no interrupted runs\n")
            _ = try await site.run("print(1)")
            let run = try #require(try await site.moonkeep("runs", "--json").jsonList().first)
            let id = try #require(run["id"] as? String)
            let over = try await site.moonkeep("resume", id, "--start-again")
            #expect(
                over.error == """
                    moonkeep: run '\(id)' is over (ok) and cannot go on. 'moonkeep replay \(id)' shows again what it did.

                    """
            )
            #expect(over.exitCode == 2)
            let both = try await site.moonkeep("resume", id, "--start-again", "--give-up")
            #expect(both.exitCode == 2)
            #expect(
                both.error.hasPrefix(
                    "moonkeep: --answer, --adopt, --start-again and --give-up exclude one another."
                )
            )
        }
    }
}

extension TestSite {
    /// What the journal answers to a query.
    fileprivate func journal(_ query: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        process.arguments = ["-cmd", ".timeout 10000", path("state/journal.sqlite"), query]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
