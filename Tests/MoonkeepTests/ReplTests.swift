import Foundation
import Testing

@testable import moonkeep

extension TestSite {
    /// Runs a session whose input is a file.
    @discardableResult
    fileprivate func repl(_ lines: String, _ options: String = "") async throws -> Ended {
        try write(lines, to: "lines")
        return try await execute("/bin/sh", "-c", "'\(Program.moonkeep)' repl \(options) < lines")
    }
}

@Suite(.timeLimit(.minutes(5))) struct PipedReplTests {
    @Test func `without a terminal the lines are run, and their values printed`() async throws {
        try await withSite { site in
            let ended = try await site.repl(
                """
                1 + 1, "two"
                x = { name = "web" }
                for i = 1, 2 do
                  print(i)
                end
                x
                :help run.finish
                """
            )
            #expect(ended.exitCode == 0)
            #expect(ended.error == "")
            #expect(
                ended.output.hasPrefix(
                    """
                    2
                    "two"
                    1
                    2
                    { name = "web" }
                    run.finish(outcome, [message])

                    """
                )
            )
        }
    }

    @Test func `a line that fails is told, the next ones run, and the exit code is 1`() async throws {
        try await withSite { site in
            let ended = try await site.repl(
                """
                x = = 1
                bakcup.start("web")
                backup.start("wbe")
                :hlep
                "on"
                if x then
                """
            )
            #expect(ended.exitCode == 1)
            #expect(ended.output == "\"on\"\n")
            #expect(
                ended.error == """
                    moonkeep: repl:1: unexpected symbol near '='
                    moonkeep: repl:1: attempt to index a nil value (global 'bakcup'). Did you mean 'backup'?
                        repl:1: in main chunk
                    moonkeep: repl:1: bad argument #1 to 'backup.start': no configuration is called 'wbe'; \
                    did you mean 'web'?
                        [C]: in field 'start'
                        repl:1: in main chunk
                    moonkeep: there is no command ':hlep'. Did you mean ':help'?
                    moonkeep: repl:1: 'end' expected near <eof>

                    """
            )
        }
    }

    @Test func `what is refused says how it is allowed`() async throws {
        try await withSite { site in
            let line = #"shell.run({ "echo", "hello" }).stdout"#
            let refused = try await site.repl(line)
            #expect(refused.exitCode == 1)
            #expect(
                refused.error == """
                    moonkeep: repl:1: the script may not do this: it has no permission 'shell:echo'. \
                    Start the session with --allow 'shell:echo'.
                        [C]: in field 'run'
                        repl:1: in main chunk

                    """
            )
            let allowed = try await site.repl(line, "--allow shell:echo")
            #expect(allowed == Ended(exitCode: 0, output: "\"hello\\n\"\n", error: ""))
            let wrong = try await site.repl(line, "--allow shel:echo")
            #expect(wrong.exitCode == 2)
            #expect(
                wrong.error == "moonkeep: --allow 'shel:echo' is no permission. Did you mean 'shell:…'?\n"
            )
        }
    }

    @Test func `a session is a run`() async throws {
        try await withSite { site in
            try await site.repl("state.set('n', 1)")
            let run = try #require(try await site.moonkeep("runs", "--json").jsonList().first)
            #expect(run["script"] as? String == "repl")
            #expect(run["status"] as? String == "ok")
            #expect(try await site.repl("state.get('n')").output == "1\n")
        }
    }

    @Test func `a secret is only a handle, and is shown nowhere`() async throws {
        try await withSite { site in
            try site.makeFolder("secrets")
            try site.write("hunter2", to: "secrets/pg")
            let ended = try await site.repl(
                """
                s = secrets.get("pg")
                s
                { password = s }
                """,
                "--allow secrets:pg"
            )
            #expect(ended.output == "<secret pg>\n{ password = <secret pg> }\n")
        }
    }
}

@Suite(
    .enabled(if: Machine.hasTools, "setsid is not installed"),
    .timeLimit(.minutes(5)),
    .serialized
)
struct ReplTests {
    @Test func `Tab completes modules, functions, configurations and names of one's own`() async throws {
        try await withSite { site in
            let session = try await TypedSession(in: site)
            session.type("backu" + TypedSession.tab)
            try await session.expect("p.")
            session.type("w" + TypedSession.tab)
            try await session.expect("ait(")
            session.type(TypedSession.controlC)
            try await session.expect("\r\n> ")
            try await session.enter("my_table = { first = 1, second = function() end }")
            session.type("my_t" + TypedSession.tab)
            try await session.expect("able")
            session.type(".s" + TypedSession.tab)
            try await session.expect("econd(")
            session.type(TypedSession.controlC)
            try await session.expect("\r\n> ")
            session.type(#"backup.latest("w"# + TypedSession.tab)
            try await session.expect(#"eb""#)
            session.type(TypedSession.controlC)
            try await session.expect("\r\n> ")
            session.type("lock." + TypedSession.tab)
            try await session.expect("acquire(  with(")
            session.type(TypedSession.controlC)
            try await session.expect("\r\n> ")
            #expect(await session.end().exitCode == 0)
        }
    }

    @Test func `what is not finished goes on`() async throws {
        try await withSite { site in
            let session = try await TypedSession(in: site)
            try await session.enter("for i = 1, 2 do", expecting: "\r\n>> ")
            try await session.enter("print(i * 21)", expecting: "\r\n>> ")
            try await session.enter("end", expecting: "21\r\n42\r\n> ")
            try await session.enter("x = {", expecting: "\r\n>> ")
            session.type(TypedSession.controlC)
            try await session.expect("^C\r\n> ")
            try await session.enter("x", expecting: "nil\r\n> ")
            #expect(await session.end().exitCode == 0)
        }
    }

    @Test func `values, errors and help are shown, and the session goes on`() async throws {
        try await withSite { site in
            let session = try await TypedSession(in: site)
            try await session.enter("{ b = 1, a = 'x' }", expecting: "{ a = \"x\", b = 1 }\r\n> ")
            try await session.enter("nothing.x", expecting: "moonkeep: repl:1: attempt to index a nil value")
            try await session.enter(":help backup.wait", expecting: "backup.wait(id, [options])")
            try await session.enter(":time 1", expecting: "took ")
            try await session.enter("'é'", expecting: "\"é\"\r\n> ")
            session.type(":quit\r")
            #expect(await session.program.end().exitCode == 0)
        }
    }

    @Test func `Ctrl-C ends what a line waits for, and nothing else`() async throws {
        try await withSite { site in
            let session = try await TypedSession(in: site)
            session.type("before = 1 print('now') task.sleep('1h')\r")
            try await session.expect("\r\nnow\r\n")
            session.type(TypedSession.controlC)
            try await session.expect("moonkeep: repl:1: cancelled")
            try await session.expect("\r\n> ")
            try await session.enter("before", expecting: "1\r\n> ")
            #expect(await session.end().exitCode == 0)
        }
    }

    @Test(.enabled(if: Machine.hasRestic, "restic is not installed"))
    func `a wait shows its bar, and Ctrl-C leaves the backup running`() async throws {
        try await withSite(TestSite.slowSiteFile) { site in
            try site.writeRandomBytes(160 << 20, to: "source/random.bin")
            let session = try await TypedSession(in: site)
            try await session.enter("id = backup.start('web')", expecting: "\u{1b}[J> ")
            session.type("backup.wait(id)\r")
            try await session.expect(" of 160 MiB")
            session.type(TypedSession.controlC)
            try await session.expect("moonkeep: repl:1: cancelled")
            try await session.expect("\r\n> ")
            try await session.enter("backup.status(id).state", expecting: "\"in_progress\"\r\n> ")
            try await session.enter("backup.stop(id) print(backup.wait(id).state)", expecting: "stopped\r\n")
            try await session.expect("> ")
            #expect(await session.end().exitCode == 0)
        }
    }

    @Test func `earlier lines come back, in later sessions too`() async throws {
        try await withSite { site in
            let session = try await TypedSession(in: site)
            try await session.enter("'first'")
            try await session.enter(" 'hidden'")
            try await session.enter("'second'")
            session.type(TypedSession.up + TypedSession.up + "\r")
            try await session.expect("\"first\"\r\n> ")
            #expect(await session.end().exitCode == 0)
            let path = site.path("state/repl_history")
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let history = try String(contentsOfFile: path, encoding: .utf8)
            #expect(!history.contains("hidden"))
            let later = try await TypedSession(in: site)
            later.type(TypedSession.up + TypedSession.up + "\r")
            try await later.expect("\"second\"\r\n> ")
            #expect(await later.end().exitCode == 0)
        }
    }

    @Test func `what is refused is asked about`() async throws {
        try await withSite { site in
            let session = try await TypedSession(in: site)
            let line = #"shell.run({ "echo", "hello" }).stdout"#
            try await session.enter(line, expecting: "it has no permission 'shell:echo'\r\n")
            try await session.expect("Allow 'shell:echo' in this session: it runs the program 'echo'? [y/N] ")
            try await session.enter("y", expecting: "allowed; now type the line again\r\n> ")
            session.type(TypedSession.up + "\r")
            try await session.expect("\"hello\\n\"\r\n> ")
            #expect(await session.end().exitCode == 0)
        }
    }

    @Test func `a signal that asks for the end cancels the session`() async throws {
        try await withSite { site in
            let terminal = try Terminal(columns: 80)
            let program = try Program(
                Program.moonkeep,
                ["repl"],
                in: site.folder,
                environment: site.environment.merging(["TERM": "xterm"]) { $1 },
                terminal: terminal
            )
            #expect(await terminal.output.reaches { $0.hasSuffix("> ") })
            program.send(SIGTERM)
            #expect(await program.end().exitCode == 130)
            let run = try #require(try await site.moonkeep("runs", "--json").jsonList().first)
            #expect(run["status"] as? String == "cancelled")
        }
    }
}

@Suite struct CompletionTests {
    private let words: SessionWords = {
        let words = SessionWords(modules: Library.allModules(of: nil))
        words.setNames([
            "count", "counted(", "print(", "string", "string.format(", "web", "web.id", "web.wait(",
        ])
        words.setConfigurations(["mail", "web-files", "web's"])
        return words
    }()

    @Test(arguments: [
        ("back", "up."), ("backup.w", "ait("), ("x = backup.la", "test("), ("pri", "nt("), ("count", ""),
        ("counte", "d("), ("web.i", "d"), ("web:w", "ait("), ("f(web.", ""), ("loc", ""), ("loca", "l"),
        (#"backup.start("m"#, #"ail""#), ("backup.start('w", "eb-files'"), (#"backup.start "m"#, #"ail""#),
        (#"backup.start("web"#, ""), (#"print("m"#, ""), ("backup.wait('m", ""), ("x.backup.w", ""),
        ("run.at", "tempt"), ("string.f", "ormat("), (":he", "lp "), (":help backup.wai", "t"),
        (":time backup.w", "ait("), ("1", ""), ("'back", ""), ("-- back", ""),
    ])
    func `a line is completed as far as it is clear`(line: String, insertion: String) {
        #expect(words.completion(of: line).insertion == insertion)
    }

    @Test func `what is not clear is listed`() {
        #expect(words.completion(of: "count").candidates == ["count", "counted("])
        #expect(
            words.completion(of: #"backup.start(""#).candidates == [#"mail""#, #"web's""#, #"web-files""#]
        )
        #expect(words.completion(of: "web.").candidates == ["id", "wait("])
        #expect(words.completion(of: "lock.").listing(width: 80) == "acquire(  with(")
    }

    @Test func `a long list is in columns, top to bottom`() {
        let words = ["a", "b", "cc", "d", "e"]
        #expect(LineCompletion(of: "", from: words).listing(width: 8) == "a   d\nb   e\ncc")
    }
}
