import Testing

@Suite struct OutputFailureTests {
    private static func shell(_ command: String, in site: TestSite) async throws -> Ended {
        try await site.execute(
            "/bin/bash",
            "-c",
            command.replacing("moonkeep", with: "'\(Program.moonkeep)'")
        )
    }

    @Test(arguments: ["run script.lua", "configurations", "configurations --json", "help", "runs"])
    func `output that cannot be written is an error`(command: String) async throws {
        try await withSite { site in
            try site.write("print('a line')", to: "script.lua")
            let ended = try await Self.shell("moonkeep \(command) >/dev/full", in: site)
            #expect(ended.exitCode == 1)
            #expect(
                ended.error == "moonkeep: the output could not be written: No space left on device\n"
            )
        }
    }

    @Test func `a closed output is an error, and no file of ours gets what was meant for it`() async throws {
        try await withSite { site in
            try site.write("print('a line')", to: "script.lua")
            let ended = try await Self.shell("moonkeep run script.lua >&-", in: site)
            #expect(ended.exitCode == 1)
            #expect(ended.error == "moonkeep: the output could not be written: Bad file descriptor\n")
            #expect(try await site.moonkeep("runs").exitCode == 0)
        }
    }

    @Test func `a reader that has gone away has not got the report of a run`() async throws {
        try await withSite { site in
            try site.write("task.sleep('200ms') print('a line')", to: "script.lua")
            let ended = try await Self.shell(
                "moonkeep run script.lua | true; echo ${PIPESTATUS[0]}",
                in: site
            )
            #expect(ended.output == "1\n")
            #expect(ended.error == "moonkeep: the output could not be written: Broken pipe\n")
        }
    }
}
