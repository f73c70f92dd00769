import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// Errors that have words, and outcomes that say what happened.
@Suite(.timeLimit(.minutes(1))) struct TruthTests {
    @Test func `the errors of task.map have a text`() async throws {
        let result = try await Fixture().run(
            """
            local results = task.map({ 1, 2, 3 }, function(i)
                if i == 1 then backup.start("mial") end
                if i == 2 then error("plain") end
                error({ code = "own", message = "a table" })
            end)
            local texts = {}
            for i, r in ipairs(results) do texts[i] = tostring(r.error) .. "|" .. r.error.message end
            return table.unpack(texts)
            """
        )
        let texts = result.values.compactMap(\.text)
        #expect(texts.count == 3)
        #expect(texts.first?.contains("did you mean 'mail'?") == true)
        #expect(texts.dropFirst().first?.hasPrefix("test.lua:3: plain|") == true)
        #expect(texts.last?.hasSuffix("|a table") == true)
        #expect(texts.allSatisfy { !$0.hasPrefix("table:") })
        #expect(result.outcome == .failed)
    }

    @Test(arguments: [
        ("error({ reason = 'full', code = 7 })", #"{"code":7,"reason":"full"}"#),
        ("error({})", "[]"), ("error({ message = 'said' })", "said"),
        ("error(setmetatable({}, { __tostring = function() return 'own text' end }))", "own text"),
        ("error('plain', 0)", "plain"),
    ])
    func `an error that nobody catches says what it is`(script: String, words: String) async throws {
        let failure = try await Fixture().run(script).failure
        #expect(failure?.message == words)
    }

    @Test func `a retry that succeeds at last ends the run ok`() async throws {
        let service = InMemoryBackupService(
            [.make("mail")],
            scripts: ["mail": [.fails, .fails, .completes]]
        )
        let script = """
            local b = task.retry({ attempts = 3, base = 0, when = function() return true end }, function()
                return backup.run("mail")
            end)
            report.add(b)
            """
        #expect(try await Fixture(service: service).run(script).outcome == .ok)
        let other = InMemoryBackupService([.make("mail")], scripts: ["mail": [.fails, .fails, .fails]])
        #expect(try await Fixture(service: other).run(script).outcome == .failed)
    }

    @Test(arguments: [
        "local t = {} function t.run() end t.api = 1 t.name = 'w' backup.start('mail') return t",
        "backup.start('mail') return { api = 1, name = 'w', run = function() end }",
        "pcall(backup.start, 'mail') return { api = 1, name = 'w', run = function() end }",
        "local t = { api = 1, name = 'w' } t.run = function() end pcall(backup.start, 'mail') return t",
    ])
    func `a call while a workflow is loaded is refused before it does anything`(script: String) async throws {
        let fixture = try Fixture()
        let result = try await fixture.run(script)
        #expect(result.failure?.code == "called_while_loading")
        #expect(result.status == .failed)
        #expect(try await fixture.service.backups(BackupFilter()).isEmpty)
        #expect(try fixture.journal.allSteps.isEmpty)
    }

    @Test func `a function tells the outcome of what it waited for`() async throws {
        let fixture = try Fixture(scripts: ["mail": .fails])
        let values = try await fixture.run(
            """
            local a = task.outcome(function() backup.wait(backup.start("mail")) end)
            local b = task.outcome(function() backup.wait(backup.start("web-files")) end)
            return a, b, task.outcome(function() end)
            """
        ).values
        #expect(values == ["failed", "ok", "ok"])
    }

    @Test func `a step has a short name`() async throws {
        let failure = try await Fixture().failure("task.step(('x'):rep(256), print)")
        #expect(
            failure
                == "test.lua:1: bad argument #1 to 'task.step': a name of at most 255 bytes expected, got one of 256"
        )
    }

    @Test func `a plugin that cannot be used makes the run a warning`() async throws {
        var site = try Revival()
        site.change = { environment in
            environment.hookPlugins = {
                [
                    HookPlugin(
                        name: "broken",
                        source: LuaSource(name: "plugins/broken/plugin.lua", text: ""),
                        permissions: .standard,
                        hooks: [],
                        problem: "it has no end"
                    )
                ]
            }
        }
        let result = try await site.run("print('on')")
        #expect(result.outcome == .warning)
        #expect(result.message == "the plugin 'broken' cannot be used: it has no end")
        #expect(site.lines.contains("log warn the plugin 'broken' cannot be used: it has no end {}"))
    }
}
