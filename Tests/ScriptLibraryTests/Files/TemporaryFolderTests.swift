import Foundation
import BackupAPI
import LuaKit
import RunJournal
import PluginHost
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(2))) struct TemporaryFolderTests {
    private static let body = "fs.write(dir .. '/a', 'x') fs.mkdir(dir .. '/b/c')"

    @Test(arguments: [
        ("return fs.read(dir .. '/a') .. fs.stat(dir).mode", true), ("error('no')", false),
        ("fs.remove(dir, { recursive = true }) return 'x0700'", true),
    ])
    func `a folder is there for as long as the function runs`(text: String, isOK: Bool) async throws {
        let site = try Site()
        let result = try await site.run(
            "return fs.with_temporary_folder(function(dir) \(Self.body) \(text) end)"
        )
        #expect(result.values == (isOK ? ["x0700"] : []))
        #expect(result.outcome == (isOK ? .ok : .failed))
        #expect(site.folder.contents == ["temporary"])
    }

    @Test func `a folder goes away when the run is cancelled`() async throws {
        let site = try Site(needs: ["shell:cat"])
        try #require(mkfifo(site.folder.path + "/pipe", 0o600) == 0)
        var lines = PipeLines(site.folder.path + "/pipe").makeAsyncIterator()
        let writing = try Site(needs: ["shell:sh"])
        let run = Task {
            try await writing.run(
                "fs.with_temporary_folder(function(dir) \(Self.body) shell.sh('echo here >\(site.folder.path)/pipe; sleep 60', { cwd = dir }) end)"
            )
        }
        #expect(await lines.next() == "here\n")
        #expect(writing.folder.contents.contains { $0.hasSuffix("/b/c") })
        run.cancel()
        #expect(try await run.value.status == .cancelled)
        #expect(writing.folder.contents == ["temporary"])
    }

    @Test func `a run that dies inside finds its folder again, and removes it at the end`() async throws {
        let site = try Site(needs: ["shell:true"])
        let result = try await site.runAgain(
            "return fs.with_temporary_folder(function(dir) fs.write(dir .. '/a', 'x') return fs.read(dir .. '/a') end)"
        )
        #expect(result.values == ["x"])
        #expect(site.folder.contents == ["temporary"])
    }

    @Test func `a run that dies at any point goes on, and leaves no folder`() async throws {
        let text = """
            return fs.with_temporary_folder(function(dir)
                fs.write(dir .. "/a", "x")
                local inner = fs.with_temporary_folder(function(other)
                    fs.copy(dir .. "/a", other .. "/b")
                    return fs.read(other .. "/b") .. #fs.list(other)
                end)
                return inner .. fs.read(dir .. "/a") .. #fs.list(dir)
            end)
            """
        var point = 1
        while true {
            let site = try Site()
            guard let result = try await site.run(text, dyingAt: point) else { break }
            #expect(result.values == ["x1x1"], "after a death at point \(point): \(result)")
            #expect(
                site.folder.contents.filter { $0 != "temporary" } == [],
                "after a death at point \(point)"
            )
            point += 1
        }
        #expect(point > 20)
    }

    @Test(arguments: ["", " error('no')"])
    func `a folder beneath one of the script's is there for as long as the function runs`(end: String)
        async throws
    {
        let site = try Site(needs: ["fs:write:$/dumps"])
        try site.folder.make("dumps")
        let result = try await site.run(
            "return fs.with_temporary_folder({ beneath = '$/dumps' }, function(dir) \(Self.body) \(end) return dir end)"
        )
        #expect(result.outcome == (end.isEmpty ? .ok : .failed))
        for path in result.values { #expect(path.text?.hasPrefix(site.folder.path + "/dumps/r1/") == true) }
        #expect(site.folder.contents == ["dumps"])
    }

    @Test(arguments: ["", " error('no')"])
    func `a folder with a name is in the same place for each run, and what was there stays`(end: String)
        async throws
    {
        let site = try Site(needs: ["fs:write:$/dumps"])
        try site.folder.make("dumps")
        try site.folder.make("dumps/app")
        let result = try await site.run(
            "return fs.with_temporary_folder({ beneath = '$/dumps', name = 'app' }, function(dir) \(Self.body) \(end) return dir end)"
        )
        #expect(result.outcome == (end.isEmpty ? .ok : .failed))
        for path in result.values { #expect(path.text == site.folder.path + "/dumps/app.moonkeep") }
        let left = try FileManager.default.contentsOfDirectory(atPath: site.folder.path + "/dumps")
        #expect(left == ["app"])
    }

    @Test(arguments: [
        (
            "{ beneath = '$/dumps', name = '../app' }",
            "a name of letters, digits, dots, dashes and underscores"
        ),
        ("{ beneath = '$/dumps', name = '.app' }", "a name of letters, digits, dots, dashes and underscores"),
        ("{ name = 'app' }", "name: it goes with 'beneath'"),
    ])
    func `a name that leads elsewhere, or has no folder, is refused`(options: String, said: String)
        async throws
    {
        let site = try Site(needs: ["fs:write:$/dumps"])
        try site.folder.make("dumps")
        let failure = try await site.failure("fs.with_temporary_folder(\(options), function() end)")
        #expect(failure?.contains(said) == true, "\(failure ?? "")")
        #expect(site.folder.contents == ["dumps"])
    }

    @Test func `a folder beneath another needs the permission to write there, and the other folder`()
        async throws
    {
        let text = "fs.with_temporary_folder({ beneath = '$/dumps' }, function() end)"
        #expect(
            try await Site().failure(text) == """
                test.lua:1: the script may not do this: it has no permission 'fs:write:$/dumps'. \
                Ask for it in the script's 'needs', and grant it with 'moonkeep allow test.lua'.
                """
        )
        let failure = try await Site(needs: ["fs:write:$/dumps"]).failure(text)
        #expect(failure == "test.lua:1: '$/dumps' is not a folder")
    }

    @Test func `a plan makes no folder`() async throws {
        let site = try Site()
        let plan = try await site.host().plan(
            site.source("fs.with_temporary_folder(function(dir) fs.write(dir .. '/a', 'x') end)")
        )
        #expect(plan.steps.map(\.name) == ["fs.write"])
        #expect(site.folder.contents == [])
    }

    @Test func `links in a folder are removed, not followed`() async throws {
        let site = try Site(needs: ["shell:ln"])
        try site.folder.write("keep/a", "x")
        _ = try await site.values(
            "fs.with_temporary_folder(function(dir) shell.run { 'ln', '-s', '$/keep', dir .. '/l' } end)"
        )
        #expect(site.folder.contents == ["keep", "keep/a", "temporary"])
    }
}
