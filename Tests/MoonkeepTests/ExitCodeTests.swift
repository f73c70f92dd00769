import Testing

@Suite struct ExitCodeTests {
    @Test(
        arguments: [
            ("ok", 0, ""),
            ("skipped", 0, "– skipped: why  run "),
            ("failed", 1, "✗ failed: why  run "),
            ("missed", 1, "? missed: why  run "),
            ("warning", 3, "! warning: why  run "),
            ("stopped", 130, "■ stopped: why  run "),
        ]
    )
    func `a script's outcome is the exit code`(outcome: String, code: Int32, beginning: String) async throws {
        try await withSite { site in
            let ended = try await site.run(#"run.finish("\#(outcome)", "why")"#)
            #expect(ended.exitCode == code)
            #expect(ended.error == "")
            #expect(beginning.isEmpty ? ended.output == "" : ended.output.hasPrefix(beginning))
        }
    }

    @Test func `a script that only prints ends with 0 and adds nothing`() async throws {
        try await withSite { site in
            let ended = try await site.run(#"print("hello")"#)
            #expect(ended == Ended(exitCode: 0, output: "hello\n", error: ""))
        }
    }

    @Test(.timeLimit(.minutes(5))) func `an endless loop ends with 124 at its limit`() async throws {
        try await withSite { site in
            let ended = try await site.run("while true do end", "--time-limit", "1s")
            #expect(ended.exitCode == 124)
            #expect(
                ended.error == """
                    moonkeep: script.lua: the script ran longer than its 1 second. \
                    Give it more with --time-limit.

                    """
            )
            #expect(ended.output.hasPrefix("✗ failed (timed_out)  run "))
        }
    }

    @Test(.timeLimit(.minutes(5))) func `a loop cannot catch its limit`() async throws {
        try await withSite { site in
            let ended = try await site.run(
                "while true do pcall(function() while true do end end) end",
                "--time-limit=0.2s"
            )
            #expect(ended.exitCode == 124)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `a script that eats memory ends with 1 at its limit`() async throws {
        try await withSite { site in
            let ended = try await site.run(
                #"local t = {} for i = 1, 1e9 do t[i] = "x" .. i end"#,
                "--memory-limit",
                "4MiB"
            )
            #expect(ended.exitCode == 1)
            #expect(
                ended.error == """
                    moonkeep: script.lua: the script needs more than its 4194304 bytes of memory. \
                    Give it more with --memory-limit.

                    """
            )
        }
    }

    @Test(
        arguments: [
            ("--time-limit", "soon", "is no duration. Write, for example, 90s, 15m or 4h."),
            ("--time-limit", "0s", "is no duration. Write, for example, 90s, 15m or 4h."),
            ("--memory-limit", "much", "is no size. Write, for example, 512KiB, 64MiB or 1GiB."),
            ("--memory-limit", "0", "is no size. Write, for example, 512KiB, 64MiB or 1GiB."),
            ("--memory-limit", "nan", "is no size. Write, for example, 512KiB, 64MiB or 1GiB."),
        ]
    )
    func `a wrong limit ends with 2`(option: String, value: String, rest: String) async throws {
        try await withSite { site in
            let ended = try await site.run("", option, value)
            #expect(
                ended == Ended(exitCode: 2, output: "", error: "moonkeep: \(option) '\(value)' \(rest)\n")
            )
        }
    }
}
