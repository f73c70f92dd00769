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

    @Test func `what follows the script is the script's, whatever it looks like`() async throws {
        try await withSite { site in
            let ended = try await site.run(
                "print(json.encode(run.args))",
                arguments: [
                    "--json", "--quiet", "--site", "nowhere", "--help", "--version", "--time-limit=x", "--",
                    "--json",
                ]
            )
            #expect(
                ended
                    == Ended(
                        exitCode: 0,
                        output: """
                            {"1":"--json","help":true,"json":true,"quiet":true,"site":"nowhere","time_limit":"x",\
                            "version":true}

                            """,
                        error: ""
                    )
            )
        }
    }
}
