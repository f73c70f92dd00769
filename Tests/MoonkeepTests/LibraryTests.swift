import Foundation
import Testing

/// Libraries in pure Lua, as Debian packages them, in the folder `lib` of a site.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed")) struct LibraryTests {
    @Test(.enabled(if: Libraries.areInstalled("pl/List.lua"), "needs the package lua-penlight"))
    func `penlight works on what the host answers`() async throws {
        let script = """
            require("standalone")
            local List = require("pl.List")
            local stringx = require("pl.stringx")
            local tablex = require("pl.tablex")
            local pretty = require("pl.pretty")
            local names = List(backup.configurations()):map(function(each) return each.name end)
            print(names:concat(","), stringx.title("the end"))
            print(tablex.deepcompare({ 1, { a = 2 } }, tablex.deepcopy({ 1, { a = 2 } })), pretty.write({ x = 1 }, ""))
            """
        try await Libraries.withSite("pl") { site in
            let ended = try await site.run(script)
            #expect(ended == Ended(exitCode: 0, output: "web\tThe End\ntrue\t{x=1}\n", error: ""))
        }
    }

    @Test(.enabled(if: Libraries.areInstalled("inspect.lua"), "needs the package lua-inspect"))
    func `inspect is found by its name and by its path, as one module`() async throws {
        let script = """
            local inspect = require("inspect")
            print(inspect({ 1, { key = "value" } }, { newline = " ", indent = "" }))
            print(require("lib.inspect")(backup.configurations()[1].inclusions[1].type))
            """
        try await Libraries.withSite("inspect.lua") { site in
            let ended = try await site.run(script)
            let output = """
                { 1, { key = "value" } }
                "folder"

                """
            #expect(ended == Ended(exitCode: 0, output: output, error: ""))
        }
    }

    @Test(.enabled(if: Libraries.areInstalled("dkjson.lua"), "needs the package lua-dkjson"))
    func `dkjson encodes a backup that was waited for`() async throws {
        let script = """
            local json = require("dkjson")
            local result = backup.run("web")
            local text = json.encode({ state = result.state, list = { 1, 2.5 } }, { keyorder = { "state", "list" } })
            print(text, json.decode(text).list[2])
            """
        try await Libraries.withSite("dkjson.lua") { site in
            let ended = try await site.run(script)
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.output.hasSuffix("{\"state\":\"completed\",\"list\":[1,2.5]}\t2.5\n"))
        }
    }

    @Test(.enabled(if: Libraries.areInstalled("luaunit.lua"), "needs the package lua-unit"))
    func `luaunit runs tests that back up, and counts what fails`() async throws {
        let script = """
            require("standalone")
            local lu = require("luaunit")
            TestBackup = {}
            function TestBackup:test_completes() lu.assertEquals(backup.run("web").state, "completed") end
            function TestBackup:test_fails() lu.assertEquals(1, 2) end
            local runner = lu.LuaUnit.new()
            runner:setOutputType("tap")
            print("failures", runner:runSuite())
            """
        try await Libraries.withSite("luaunit.lua") { site in
            let ended = try await site.run(script)
            #expect(ended.exitCode == 0, "\(ended)")
            #expect(ended.output.contains("\nok     1\tTestBackup.test_completes\n"))
            #expect(ended.output.contains("\nnot ok 2\tTestBackup.test_fails\n"))
            #expect(ended.output.hasSuffix("\nfailures\t1\n"))
        }
    }

    @Test func `what stands in for io and os has no files, programs or environment`() async throws {
        let script = """
            require("standalone")
            print(#os.date("%Y-%m-%d"), os.time() > 0, os.getenv("HOME"))
            print(select(2, pcall(os.execute, "true")))
            print(select(2, pcall(os.exit)))
            print(select(2, pcall(io.open, "/etc/passwd")))
            io.write("one ", 1, "\\ntwo\\n")
            """
        try await Libraries.withSite { site in
            let ended = try await site.run(script)
            let output = """
                10\ttrue\tnil
                os.execute is not for scripts of this host; use shell.run
                os.exit is not for scripts of this host; use run.finish
                io.open is not for scripts of this host; use fs.read or fs.write
                one 1
                two

                """
            #expect(ended == Ended(exitCode: 0, output: output, error: ""))
        }
    }

    @Test func `the file that stands in for io and os has no mistakes that can be seen`() async throws {
        try await Libraries.withSite { site in
            let ended = try await site.moonkeep("check", "lib/standalone.lua")
            #expect(ended == Ended(exitCode: 0, output: "", error: ""))
        }
    }
}

/// The installed libraries.
private enum Libraries {
    private static let folders = ["/usr/share/lua/5.4", "/usr/share/lua/5.3"]

    private static func place(of name: String) -> URL? {
        folders.map { URL(fileURLWithPath: $0).appendingPathComponent(name) }
            .first { FileManager.default.isReadableFile(atPath: $0.path) }
    }

    static func areInstalled(_ names: String...) -> Bool {
        names.allSatisfy { place(of: $0) != nil }
    }

    /// A site with copies of libraries in `lib`, since a link would lead out of it, and with `examples/lib`.
    static func withSite(_ names: String..., test: (TestSite) async throws -> Void) async throws {
        try await MoonkeepTests.withSite { site in
            try site.makeFolder("lib")
            try site.write(try Checkout.text("examples/lib/standalone.lua"), to: "lib/standalone.lua")
            for name in names {
                let source = try #require(place(of: name)).path
                try await site.execute("/bin/cp", "--recursive", "--dereference", source, "lib")
            }
            try await test(site)
        }
    }
}
