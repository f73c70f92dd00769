import Foundation
import Glibc
import Testing

/// What scripts ask a person, without a terminal.
@Suite(.timeLimit(.minutes(5))) struct ParkedQuestionTests {
    private static let script = """
        local answer = run.ask("Remove the old snapshots?", { details = "The repository is nearly full.\\nReally." })
        print("it was " .. answer)
        """

    /// The only run's id.
    private func run(of site: TestSite) async throws -> String {
        try #require(try await site.moonkeep("runs", "--json").jsonList().first?["id"] as? String)
    }

    @Test func `the run is parked, and the list shows the question and the commands that answer it`()
        async throws
    {
        try await withSite { site in
            let ended = try await site.run(Self.script)
            let id = try await run(of: site)
            #expect(ended.exitCode == 4)
            #expect(
                ended.error == """
                    moonkeep: script.lua: the run waits for a person: Remove the old snapshots? Answer yes or no with \
                    'moonkeep resume \(id) --answer ANSWER'.

                    """
            )
            let question = """

                Remove the old snapshots?
                  The repository is nearly full.
                  Really.
                  moonkeep resume \(id) --answer yes
                  moonkeep resume \(id) --answer no

                """
            let list = try await site.moonkeep("runs").output
            #expect(list.hasSuffix("\n\(id) asks:" + question), "\(list)")
            #expect(try await site.moonkeep("runs", id).output.contains(question))
        }
    }

    @Test func `a choice that is typed there goes on with the run, once`() async throws {
        try await withSite { site in
            _ = try await site.run(Self.script)
            let id = try await run(of: site)
            let undecided = try await site.moonkeep("resume", id)
            #expect(undecided.exitCode == 4)
            #expect(
                undecided.error == """
                    moonkeep: run '\(id)' asks: Remove the old snapshots?. Answer yes or no with 'moonkeep resume \(id) \
                    --answer ANSWER', or end it with --give-up.

                    """
            )
            let refused = try await site.moonkeep("resume", id, "--answer", "perhaps")
            #expect(
                refused
                    == Ended(
                        exitCode: 2,
                        output: "",
                        error:
                            "moonkeep: 'perhaps' is no answer to 'Remove the old snapshots?'. Answer yes or no.\n"
                    )
            )
            let ended = try await site.moonkeep("resume", id, "--answer", "y")
            #expect(ended == Ended(exitCode: 0, output: "it was yes\n", error: "going on with run \(id)\n"))
            let again = try await site.moonkeep("resume", id, "--answer", "no")
            #expect(again.exitCode == 2)
            #expect(try await site.moonkeep("replay", id).output == "it was yes\n")
        }
    }

    @Test func `a program is told too`() async throws {
        try await withSite { site in
            let ended = try await site.run(Self.script, "--json")
            #expect(ended.exitCode == 4)
            #expect(try ended.jsonLines().map { $0["type"] as? String } == ["started", "finished"])
            let id = try await run(of: site)
            let step = try #require(
                (try await site.moonkeep("runs", id, "--json").jsonObject()["steps"] as? [[String: Any]])?
                    .first
            )
            let question = try #require((step["question"] as? [String: Any])?["asked"] as? [String: Any])
            #expect(question["text"] as? String == "Remove the old snapshots?")
            #expect(question["choices"] as? [String] == ["yes", "no"])
            let resumed = try await site.moonkeep("resume", id, "--answer", "no", "--json")
            #expect(resumed.exitCode == 0)
            #expect(try resumed.jsonLines().contains { $0["line"] as? String == "it was no" })
        }
    }

    @Test func `a run with a default waits, and another command answers it`() async throws {
        try await withSite { site in
            let text =
                "print(run.ask('Which?', { choices = { 'one', 'all of it' }, default = 'one', timeout = '1h' }))"
            try site.write(text, to: "script.lua")
            let program = try site.start(["run", "script.lua"])
            #expect(await program.error.reaches { $0.contains("'one' is taken at ") })
            let id = try await run(of: site)
            let shown = """
                Which?
                  moonkeep resume \(id) --answer one
                  moonkeep resume \(id) --answer 'all of it'
                'one' is taken at
                """
            #expect(program.error.text.hasPrefix(shown))
            #expect(try await site.moonkeep("runs").output.contains("\(id) asks:\n\(shown)"))
            let busy = try await site.moonkeep("resume", id)
            #expect(busy.exitCode == 1)
            let answered = try await site.moonkeep("resume", id, "--answer", "all")
            #expect(
                answered
                    == Ended(
                        exitCode: 0,
                        output: "",
                        error: "run \(id) has the answer, and goes on by itself\n"
                    )
            )
            let ended = await program.end()
            #expect(ended.exitCode == 0)
            #expect(ended.output == "all of it\n")
        }
    }

    @Test func `a run that is killed while it waits takes its default when it goes on, or a late answer`()
        async throws
    {
        try await withSite { site in
            for (answer, output) in [(nil, "no\n"), ("yes", "yes\n")] as [(String?, String)] {
                try site.write(
                    "print(run.ask('Go on?', { default = 'no', timeout = '1h' }))",
                    to: "script.lua"
                )
                let program = try site.start(["run", "--json", "script.lua"])
                #expect(await program.output.reaches { $0.contains(#""type":"asked""#) })
                program.send(SIGKILL)
                _ = await program.end()
                let runs = try await site.moonkeep("runs", "--json").jsonList()
                let id = try #require(runs.first?["id"] as? String)
                #expect(runs.first?["is_interrupted"] as? Bool == true)
                let past = "UPDATE step SET started = started - 3600000000 WHERE run = '\(id)'"
                _ = try await site.execute("/usr/bin/sqlite3", site.path("state/journal.sqlite"), past)
                let ended = try await site.start(["resume", id] + (answer.map { ["--answer", $0] } ?? []))
                    .end()
                #expect(ended.exitCode == 0, "\(ended)")
                #expect(ended.output == output)
            }
        }
    }

    @Test func `a secret in a question is its placeholder, and its bytes are nowhere`() async throws {
        let secret = "hunter2-hunter2"
        try await withSite { site in
            try site.makeFolder("secrets")
            try site.write(secret, to: "secrets/pg")
            chmod(site.path("secrets/pg"), 0o600)
            try site.write(
                """
                return {
                  api = 1, needs = { "secrets:pg", "shell:cat" },
                  run = function()
                    local pg = secrets.get("pg")
                    local ok, problem = pcall(run.ask, pg)
                    print(ok, problem)
                    local seen = shell.run { "cat", stdin = pg }.stdout
                    run.ask("Go on with " .. tostring(pg) .. "?", { choices = { seen }, details = seen })
                  end,
                }
                """,
                to: "script.lua"
            )
            _ = try await site.moonkeep("allow", "script.lua")
            let ended = try await site.moonkeep("run", "script.lua")
            #expect(ended.exitCode == 4, "\(ended)")
            #expect(ended.output.hasPrefix("false\tbad argument #1 to 'run.ask': string expected, got "))
            #expect(ended.error.contains("Go on with <secret pg>? Answer <secret pg> with "))
            let list = try await site.moonkeep("runs")
            #expect(list.output.contains("  <secret pg>\n"))
            #expect(!(ended.output + ended.error + list.output).contains(secret))
            let found = try await site.execute("/bin/grep", "-rlaF", secret, "state")
            #expect(found == Ended(exitCode: 1, output: "", error: ""))
        }
    }
}

/// What scripts ask the person at a terminal.
@Suite(.timeLimit(.minutes(5))) struct TerminalQuestionTests {
    private static let script = """
        local answer = run.ask("Remove them?", { details = "All\\27[2J of them.", choices = { "stop", "skip", "go" }, default = "skip" })
        print("it was " .. answer)
        """

    private func begin(_ site: TestSite, _ arguments: String...) async throws -> TypedSession {
        try site.write(Self.script, to: "script.lua")
        let session = try TypedSession(in: site, running: ["run"] + arguments + ["script.lua"])
        try await session.expect("Remove them?\r\n  All?[2J of them.\r\nstop, skip or go [skip]? ")
        return session
    }

    @Test func `a choice or its beginning answers, and what is none is told`() async throws {
        try await withSite { site in
            let session = try await begin(site)
            try await session.enter("maybe", expecting: "  'maybe' is no answer to 'Remove them?'.\r\nstop, ")
            try await session.enter(
                "s",
                expecting: "  's' may be 'stop' or 'skip'.\r\nstop, skip or go [skip]? "
            )
            try await session.enter("G", expecting: "it was go\r\n")
            #expect(await session.finish().exitCode == 0)
            let runs = try await site.moonkeep("runs", "--json").jsonList()
            #expect(runs.map { $0["status"] as? String } == ["ok"])
        }
    }

    @Test func `return takes the default`() async throws {
        try await withSite { site in
            let session = try await begin(site)
            try await session.enter("", expecting: "it was skip\r\n")
            #expect(await session.finish().exitCode == 0)
        }
    }

    @Test func `the end of the input parks the run, which asks again when it is resumed here`() async throws {
        try await withSite { site in
            let session = try await begin(site)
            session.type(TypedSession.controlD)
            #expect(await session.finish().exitCode == 4)
            let runs = try await site.moonkeep("runs", "--json").jsonList()
            let id = try #require(runs.first?["id"] as? String)
            let resumed = try TypedSession(in: site, running: ["resume", id])
            try await resumed.expect("stop, skip or go [skip]? ")
            try await resumed.enter("go", expecting: "it was go\r\n")
            #expect(await resumed.finish().exitCode == 0)
        }
    }

    @Test func `Ctrl-C cancels the run`() async throws {
        try await withSite { site in
            let session = try await begin(site)
            session.type(TypedSession.controlC)
            #expect(await session.finish().exitCode == 130)
        }
    }

    @Test func `an answer elsewhere ends the question`() async throws {
        try await withSite { site in
            let session = try await begin(site)
            let runs = try await site.moonkeep("runs", "--json").jsonList()
            let id = try #require(runs.first?["id"] as? String)
            #expect(try await site.moonkeep("resume", id, "--answer", "stop").exitCode == 0)
            try await session.expect("it was stop\r\n")
            #expect(await session.finish().exitCode == 0)
        }
    }

    @Test func `what was typed before the question is no answer`() async throws {
        try await withSite { site in
            try site.write("print('ready') task.sleep(0.5) print(run.ask('Go on?'))", to: "script.lua")
            let session = try TypedSession(in: site, running: ["run", "script.lua"])
            try await session.expect("ready")
            session.type("no\n")
            try await session.expect("Go on?\r\nyes or no? ")
            try await session.enter("yes", expecting: "\r\nyes\r\n")
            #expect(await session.finish().exitCode == 0)
        }
    }

    @Test func `a program and cron are not asked`() async throws {
        for option in ["--json", "--quiet"] {
            try await withSite { site in
                try site.write(Self.script, to: "script.lua")
                let session = try TypedSession(in: site, running: ["run", option, "script.lua"])
                #expect(await session.finish().exitCode == 4)
            }
        }
    }

    @Test func `a session asks too`() async throws {
        try await withSite { site in
            let session = try await TypedSession(in: site)
            try await session.enter("run.ask('Go on?')", expecting: "Go on?\r\nyes or no? ")
            try await session.enter("n", expecting: "\"no\"\r\n> ")
            #expect(await session.end().exitCode == 0)
        }
    }
}
