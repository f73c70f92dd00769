import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import Testing

@Suite(.timeLimit(.minutes(5))) struct WorkflowModuleTests {
    @Test func `what a run requires is kept, and it is resumed on that`() async throws {
        let sources = Box(["greet": "return { hello = function() return 'hello' end }"])
        var revival = try Revival()
        revival.change = { environment in
            environment.resolveModule = { name in
                sources.value[name].map { RequiredModule(LuaSource(name: "lib/\(name).lua", text: $0)) }
            }
        }
        let text = """
            local greet = require "greet"
            backup.run("mail")
            print("stop")
            backup.run("mail")
            return greet.hello()
            """
        #expect(try await revival.run(text).halt != nil)
        sources.change { $0["greet"] = "return { hello = function() return 'changed' end }" }
        #expect(try await revival.resume().values == ["hello"])
        sources.change { $0 = [:] }
        let record = try await revival.record
        #expect(try await revival.makeHost().replay(record).result.values == ["hello"])
    }

    @Test func `a module that needs what the script may not do is refused`() async throws {
        var revival = try Revival()
        revival.change = { environment in
            environment.resolveModule = {
                RequiredModule(
                    LuaSource(name: "plugins/\($0)/plugin.lua", text: "return 1"),
                    needs: [Permission("shell", "ls")]
                )
            }
        }
        let result = try await revival.run("require 'slack'")
        #expect(result.failure?.code == "permission_denied")
        #expect(
            result.failure?.description == """
                test.lua:1: the plugin 'slack' needs the permission 'shell:ls', which the script does not have. Add it to the \
                script's 'needs', and grant it with 'moonkeep allow test.lua'.
                """
        )
    }

    private func folders(_ files: [String: String]) throws -> (TemporaryFolder, ModuleFolders) {
        let folder = try TemporaryFolder()
        for (name, text) in files {
            let url = URL(filePath: folder.path).appending(path: name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
        return (folder, ModuleFolders(folder: folder.path))
    }

    @Test func `names lead to files of plugins and of lib`() throws {
        let (folder, folders) = try folders([
            "plugins/slack/plugin.lua": "1", "plugins/slack/text/bold.lua": "2", "lib/pl/init.lua": "3",
            "lib/pl/path.lua": "4", "lib/slack.lua": "5", "lib/plain.lua": "6",
        ])
        let names = [
            "slack", "slack.text.bold", "pl", "lib.pl.path", "pl.path", "plain", "lib.plain", "slack.nothing",
            "nothing",
            "slack.plugin", "", "..", "slack..text", "slack/text", "/etc/passwd",
        ]
        let texts = try names.map { name in
            try folders.source(of: name).map { "\($0.name) \(String(decoding: $0.bytes, as: UTF8.self))" }
        }
        #expect(
            texts == [
                "plugins/slack/plugin.lua 1", "plugins/slack/text/bold.lua 2", "lib/pl/init.lua 3",
                "lib/pl/path.lua 4",
                "lib/pl/path.lua 4", "lib/plain.lua 6", "lib/plain.lua 6", nil, nil,
                "plugins/slack/plugin.lua 1", nil, nil,
                nil, nil, nil,
            ]
        )
        withExtendedLifetime(folder) {}
    }

    @Test func `links that lead out, pipes and large files are refused`() throws {
        let (folder, folders) = try folders([
            "outside.lua": "x", "lib/in.lua": "1", "plugins/p/plugin.lua": "1",
        ])
        let lib = folder.path + "/lib/"
        try FileManager.default.createSymbolicLink(
            atPath: lib + "out.lua",
            withDestinationPath: "../outside.lua"
        )
        try FileManager.default.createSymbolicLink(atPath: lib + "same.lua", withDestinationPath: "in.lua")
        try FileManager.default.createSymbolicLink(atPath: lib + "up", withDestinationPath: "..")
        #expect(mkfifo(lib + "pipe.lua", 0o600) == 0)
        try Data(repeating: 32, count: (1 << 20) + 1).write(to: URL(filePath: lib + "large.lua"))
        #expect(try folders.source(of: "same")?.bytes == Array("1".utf8))
        let messages = ["out", "up.outside", "pipe", "large"].map { name in
            #expect(throws: ModuleUnreadable.self) { try folders.source(of: name) }?.description
        }
        #expect(
            messages == [
                "'lib/out.lua' is a symbolic link that leads out of 'lib'. Put a copy there.",
                "'lib/up/outside.lua' is a symbolic link that leads out of 'lib'. Put a copy there.",
                "'lib/pipe.lua' is no file", "'lib/large.lua' has more than 1.00 MiB",
            ]
        )
    }

    private func entry(_ files: [String: String], _ name: String) async throws -> PluginCatalogue.Entry {
        let (folder, folders) = try folders(files)
        let catalogue = PluginCatalogue(folders, inspector: try Fixture().host.inspector)
        let entry = try #require(await catalogue.entry(named: name))
        withExtendedLifetime(folder) {}
        return entry
    }

    @Test func `a plugin is known by its manifest`() async throws {
        let entry = try await entry(
            [
                "plugins/slack/plugin.lua": """
                local text = require "slack.text"
                return { name = "slack", api = 1, version = "1.2.0", summary = "Says it.", needs = { "notify:ops" },
                  requires = { other = "1.x" }, say = function() return text end }
                """,
                "plugins/slack/text.lua": "return 'x'",
                "plugins/other/plugin.lua": "return { api = 1, version = '1.9', up = require 'slack' }",
            ],
            "slack"
        )
        #expect(entry.problems.isEmpty)
        #expect(entry.manifest?.version == "1.2.0")
        #expect(entry.manifest?.summary == "Says it.")
        #expect(entry.manifest?.needs == [Permission("notify", "ops")])
        #expect(entry.manifest?.functions == ["say"])
    }

    @Test(arguments: [
        (
            "return 1",
            "plugins/p/plugin.lua: the file returns no table. Return a table with the plugin's functions, 'name' and 'api'."
        ),
        (
            "return { api = 2 }",
            "plugins/p/plugin.lua: the manifest's 'api': 1, the only version there is, expected, got 2"
        ),
        (
            "return { api = 1, name = 'q' }",
            "plugins/p/plugin.lua: the manifest's 'name': 'p', the folder's name, expected, got 'q'"
        ),
        (
            "return { api = 1, version = 'new' }",
            "plugins/p/plugin.lua: the manifest's 'version': numbers with dots expected, got 'new'"
        ),
        (
            "return { api = 1, requires = { x = 1 } }",
            "plugins/p/plugin.lua: the manifest's 'requires.x': a version such as \"1.x\" expected, got 1"
        ),
        (
            "return { api = 1, requires = { gone = '1.x' } }",
            "it requires the plugin 'gone' 1.x, which is not there"
        ),
        ("return { api = 1, requires = { old = '2.x' } }", "it requires the plugin 'old' 2.x, not 1.0"),
        ("return { api = 1, requires = { old = '1.0.0' } }", "it requires the plugin 'old' 1.0.0, not 1.0"),
        (
            "return { api = 1, requires = { bad = 'x' } }",
            "it requires the plugin 'bad', which cannot be used"
        ),
        ("return {", "plugins/p/plugin.lua:1: unexpected symbol near <eof>"),
        ("error('no')", "plugins/p/plugin.lua:1: no"),
        (
            "backup.start('mail')",
            "plugins/p/plugin.lua: 'backup.start' is called while the file is loaded, which must do nothing. Call this inside run()."
        ),
    ])
    func `what is wrong with a plugin is told, and it cannot be required`(text: String, problem: String)
        async throws
    {
        let files = [
            "plugins/p/plugin.lua": text, "plugins/old/plugin.lua": "return { api = 1, version = '1.0' }",
            "plugins/bad/plugin.lua": "return 1",
        ]
        #expect(try await entry(files, "p").problems == [problem])
        let (folder, folders) = try folders(files)
        let catalogue = PluginCatalogue(folders, inspector: try Fixture().host.inspector)
        await #expect(throws: (any Error).self) { try await catalogue.module("p") }
        #expect(try await catalogue.module("old") != nil, "the others go on")
        withExtendedLifetime(folder) {}
    }

    @Test func `names that clash are told`() async throws {
        let entry = try await entry(
            ["plugins/json/plugin.lua": "return { api = 1 }", "lib/json.lua": "return 1"],
            "json"
        )
        #expect(
            entry.problems == [
                "scripts never find it: the host's own module 'json' comes first",
                "'json' in 'lib' is never found: the plugin comes first",
            ]
        )
    }
}
