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

@Suite struct ByteSizeTests {
    @Test(
        arguments: [
            ("1", 1), ("4096", 4096), ("17B", 17), ("512KiB", 524_288), ("4MiB", 4_194_304),
            ("1.5GiB", 1_610_612_736),
            ("2KB", 2_000), ("64MB", 64_000_000), ("1GB", 1_000_000_000),
        ]
    )
    func `a size is a number with or without a unit`(text: String, bytes: Int) {
        #expect(ByteSize.read(text) == bytes)
    }

    @Test(arguments: ["", "MiB", "0", "-1", "0.5", "nan", "inf", "2048GiB", "1 TiB", "4mib", "1e400"])
    func `all else is no size`(text: String) {
        #expect(ByteSize.read(text) == nil)
    }
}
