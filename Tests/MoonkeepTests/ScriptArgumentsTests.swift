import LuaKit
import Testing

@testable import moonkeep

@Suite struct ScriptArgumentsTests {
    @Test(
        arguments: [
            ([], [:], []),
            (["--name", "value"], ["name": "value"], []),
            (["--name=value"], ["name": "value"], []),
            (["--name="], ["name": ""], []),
            (["--name=a=b"], ["name": "a=b"], []),
            (["--dry-run"], ["dry_run": true], []),
            (["--dry-run", "--x", "1"], ["dry_run": true, "x": "1"], []),
            (["a", "--x", "1", "b"], ["x": "1"], ["a", "b"]),
            (["--", "--x", "1", "--"], [:], ["--x", "1", "--"]),
            (["-x", "-"], [:], ["-x", "-"]),
            (["--x", "-5"], ["x": "-5"], []),
        ] as [([String], [LuaValue: LuaValue], [LuaValue])]
    )
    func `words become a table`(words: [String], fields: [LuaValue: LuaValue], items: [LuaValue]) throws {
        guard case .table(let table) = try ScriptArguments(words).value else {
            Issue.record("no table")
            return
        }
        #expect(table.fields == fields)
        #expect(table.items == items)
    }

    @Test(arguments: [["--x", "1", "--x", "2"], ["--x=1", "--x"], ["--a-b", "--a_b"]])
    func `a name that is given twice is an error`(words: [String]) throws {
        let error = try #require(throws: CommandError.self) { try ScriptArguments(words) }
        let word = words.last { $0.hasPrefix("--") } ?? ""
        #expect(error.description == "the script's argument '\(word)' is given twice or has no name")
    }

    @Test func `an argument without a name is an error`() throws {
        let error = try #require(throws: CommandError.self) { try ScriptArguments(["--=x"]) }
        #expect(error.description == "the script's argument '--=x' is given twice or has no name")
    }

    @Test(arguments: [["--help"], ["-h"], ["--name", "x", "--help"]])
    func `a plain script is not run when its help is asked for`(words: [String]) async throws {
        try await withSite { site in
            let ended = try await site.run("print('ran')", arguments: words)
            #expect(ended.exitCode == 0)
            #expect(
                ended.output.hasPrefix("USAGE: moonkeep run script.lua\n\n'script.lua' is a plain script ")
            )
            #expect(!ended.output.contains("ran\n"))
            let list = try await site.moonkeep("runs", "--json").jsonList()
            #expect(list.isEmpty)
            let given = try await site.run("print(json.encode(run.args))", arguments: ["--", "--help"])
            #expect(given.output == "[\"--help\"]\n")
        }
    }

    @Test func `the help of a workflow that cannot be loaded says why`() async throws {
        try await withSite { site in
            let ended = try await site.run(
                "backup.list()\nreturn { api = 1, run = function() end }",
                arguments: ["--help"]
            )
            #expect(ended.exitCode != 0)
            #expect(ended.error.contains("backup.list"), "\(ended)")
        }
    }

    @Test func `what follows the script is the script's, whatever it looks like`() async throws {
        try await withSite { site in
            let ended = try await site.run(
                "print(json.encode(run.args))",
                arguments: [
                    "--json", "--quiet", "--site", "nowhere", "--version", "--time-limit=x", "--",
                    "--json",
                ]
            )
            #expect(
                ended
                    == Ended(
                        exitCode: 0,
                        output: """
                            {"1":"--json","json":true,"quiet":true,"site":"nowhere","time_limit":"x",\
                            "version":true}

                            """,
                        error: ""
                    )
            )
        }
    }
}
