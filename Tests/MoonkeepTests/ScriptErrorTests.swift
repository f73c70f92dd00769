import Glibc
import Testing

@Suite struct ScriptErrorTests {
    @Test(
        arguments: [
            ("local x = 1\nlocal y = = 2", "script.lua:2: unexpected symbol near '='"),
            (
                "bakcup.start('web')",
                """
                script.lua:1: attempt to index a nil value (global 'bakcup'). Did you mean 'backup'?
                    script.lua:1: in main chunk
                """
            ),
            (
                "\nbackup.strat('web')",
                """
                script.lua:2: module 'backup' has no 'strat'; did you mean 'start'?
                    [C]: in metamethod 'index'
                    script.lua:2: in main chunk
                """
            ),
            (
                "backup.start('wbe')",
                """
                script.lua:1: bad argument #1 to 'backup.start': no configuration is called 'wbe'; did you mean 'web'?
                    [C]: in field 'start'
                    script.lua:1: in main chunk
                """
            ),
            (
                "backup.start('database')",
                """
                script.lua:1: bad argument #1 to 'backup.start': no configuration is called 'database'; known are: web
                    [C]: in field 'start'
                    script.lua:1: in main chunk
                """
            ),
            (
                #"backup.start("a\0b")"#,
                """
                script.lua:1: bad argument #1 to 'backup.start': no configuration is called 'a?b'; known are: web
                    [C]: in field 'start'
                    script.lua:1: in main chunk
                """
            ),
            (
                #"backup.start("\xff\xfe")"#,
                """
                script.lua:1: bad argument #1 to 'backup.start': a configuration's id or name expected, got a string that is not UTF-8
                    [C]: in field 'start'
                    script.lua:1: in main chunk
                """
            ),
            (
                "error({ code = 'mine', message = 'it is full', fix = 'Empty it.' })",
                """
                script.lua: it is full. Empty it.
                    [C]: in function 'error'
                    script.lua:1: in main chunk
                """
            ),
        ]
    )
    func `what goes wrong in a script is told with its place`(script: String, message: String) async throws {
        try await withSite { site in
            let ended = try await site.run(script)
            #expect(ended.exitCode == 1)
            #expect(ended.error == "moonkeep: \(message)\n")
            #expect(ended.output.hasPrefix("✗ failed  run "))
        }
    }

    @Test func `a program gets what went wrong as JSON`() async throws {
        try await withSite { site in
            let ended = try await site.run(
                "\nerror({ code = 'mine', message = 'full', fix = 'Empty it.' })",
                "--json"
            )
            #expect(ended.exitCode == 1)
            #expect(ended.error == "")
            let last = try #require(try ended.jsonLines().last)
            #expect(last["type"] as? String == "finished")
            #expect(last["status"] as? String == "failed")
            let failure = try #require(last["failure"] as? [String: Any])
            #expect(failure["code"] as? String == "mine")
            #expect(failure["message"] as? String == "full")
            #expect(failure["fix"] as? String == "Empty it.")
        }
    }

    @Test func `a script prints any bytes as well as it can`() async throws {
        try await withSite { site in
            let ended = try await site.run(#"print("a\0b\xffc")"#)
            #expect(ended == Ended(exitCode: 0, output: "a\0b\u{fffd}c\n", error: ""))
        }
    }

    @Test func `log lines cannot steer a terminal`() async throws {
        try await withSite { site in
            let ended = try await site.run(#"log.warn("red \27[31m", { key = "a\nb" })"#)
            #expect(ended.error == "warn   red ?[31m  key=a?b\n")
        }
    }

    @Test func `a first line for the shell is skipped, and lines keep their numbers`() async throws {
        try await withSite { site in
            let ended = try await site.run("#!/usr/bin/env moonkeep run\nerror('here')")
            #expect(ended.error.hasPrefix("moonkeep: script.lua:2: here\n"))
        }
    }

    @Test func `bytecode is refused`() async throws {
        try await withSite { site in
            try site.write([0x1b] + Array("Lua".utf8) + [0x54, 0], to: "code.luac")
            let ended = try await site.moonkeep("run", "code.luac")
            #expect(ended.exitCode == 1)
            #expect(ended.error.hasPrefix("moonkeep: code.luac"))
        }
    }

    @Test(
        arguments: [
            ("gone.lua", "there is no script 'gone.lua'. Give the path of a Lua file."),
            ("", "there is no script ''. Give the path of a Lua file."),
        ]
    )
    func `a script that is not there ends with 2`(name: String, message: String) async throws {
        try await withSite { site in
            for command in ["run", "check"] {
                let ended = try await site.moonkeep(command, name)
                #expect(ended == Ended(exitCode: 2, output: "", error: "moonkeep: \(message)\n"))
            }
        }
    }

    @Test func `a folder is no script, and one without scripts has nothing to check`() async throws {
        try await withSite { site in
            let run = try await site.moonkeep("run", "source")
            #expect(run.exitCode == 2)
            #expect(run.error == "moonkeep: 'source' is a folder. Give the path of a Lua file.\n")
            let check = try await site.moonkeep("check", "source")
            #expect(check.exitCode == 2)
            #expect(
                check.error == "moonkeep: there are no scripts in 'source'. Give the path of a Lua file.\n"
            )
        }
    }

    @Test func `a device without an end is refused by its size`() async throws {
        try await withSite { site in
            let ended = try await site.moonkeep("run", "/dev/zero")
            #expect(ended.exitCode == 1)
            #expect(ended.error.hasPrefix("moonkeep: /dev/zero: "))
        }
    }

    @Test(.enabled(if: Machine.isRoot && Machine.hasTools, "only root can become somebody else"))
    func `a script that this person may not read ends with 2`() async throws {
        try await withSite { site in
            try site.write("print(1)", to: "secret.lua")
            chmod(site.path("secret.lua"), 0o600)
            let ended = try await site.execute(
                "/usr/bin/setpriv",
                "--reuid=65534",
                "--clear-groups",
                Program.moonkeep,
                "run",
                "secret.lua"
            )
            #expect(
                ended
                    == Ended(
                        exitCode: 2,
                        output: "",
                        error: "moonkeep: the script 'secret.lua' cannot be read. Check its permissions.\n"
                    )
            )
        }
    }
}
