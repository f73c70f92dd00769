import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

@Suite(.timeLimit(.minutes(5))) struct HookTests {
    /// A site with plugins by their names, whose hooks may do what is granted.
    private func revival(
        _ plugins: [String: String],
        scripts: [String: BackupScript] = [:],
        granted: [Permission] = []
    ) throws -> Revival {
        let folder = try TemporaryFolder()
        for (name, text) in plugins {
            try folder.write(
                "local plugin = { api = 1 }\n\(text)\nreturn plugin",
                to: "plugins/\(name)/plugin.lua"
            )
        }
        var revival = try Revival(scripts: scripts)
        let inspector = revival.makeHost().inspector
        revival.change = { environment in
            let catalogue = PluginCatalogue(ModuleFolders(folder: folder.path), inspector: inspector)
            environment.resolveModule = catalogue.module
            environment.hookPlugins = {
                let permissions = Permissions(Permissions.standard.granted.union(granted))
                return await catalogue.hookPlugins { _ in permissions }
            }
        }
        return revival
    }

    @Test func `hooks are called in the order of the plugins' names and of their registration`() async throws
    {
        let revival = try revival([
            "b": "hooks.on('run.started', function(e) print('b', e.event, e.run.id, e.run.script) end)",
            "a": """
            hooks.on('run.finished', function(e) print('a', e.outcome, e.status, e.message) end)
            hooks.on('run.started', function() print('a1') end)
            hooks.on('run.started', function() print('a2') end)
            """,
        ])
        let result = try await revival.run("print('script')")
        #expect(result.outcome == .ok)
        #expect(
            revival.output == [
                "a1", "a2", "b\trun.started\tr1\ttest.lua", "script", "a\tok\tok\tnil",
            ]
        )
        #expect(
            try await revival.steps == [
                "hooks/run.started/plugin:a#1 hooks.on done", "hooks/run.started/plugin:a#2 hooks.on done",
                "hooks/run.started/plugin:b#0 hooks.on done", "hooks/run.finished/plugin:a#0 hooks.on done",
            ]
        )
    }

    @Test func `hooks hear of backups and of steps that fail`() async throws {
        let revival = try revival([
            "a": """
            hooks.on('backup.started', function(e) print('started', e.backup.configuration.id) end)
            hooks.on('backup.finished', function(e) print('finished', e.backup.outcome) end)
            hooks.on('step.failed', function(e) print(e.step, e.name, e.error.code) end)
            """
        ])
        _ = try await revival.run(
            "backup.run('mail') print(pcall(backup.status, 'b-9')) backup.start('mail')"
        )
        #expect(
            revival.output.filter { !$0.hasPrefix("false") } == [
                "started\tmail", "finished\tok", "0#2\tbackup.status\tunknown_backup", "started\tmail",
                "finished\tok",
            ]
        )
    }

    @Test func `a resumed run does not call a hook again, and calls those that it had not come to`()
        async throws
    {
        let revival = try revival([
            "a": """
            for _, event in ipairs { "run.started", "backup.started", "backup.finished", "run.finished" } do
              hooks.on(event, function(e) print(event, time.now() ~= nil) end)
            end
            """
        ])
        let halted = try await revival.run("backup.run('mail') print('stop') backup.run('web-files')")
        #expect(halted.halt != nil)
        #expect(
            revival.output == ["run.started\ttrue", "backup.started\ttrue", "backup.finished\ttrue", "stop"]
        )
        let result = try await revival.resume()
        #expect(result.outcome == .ok)
        #expect(
            revival.output == [
                "stop", "backup.started\ttrue", "backup.finished\ttrue", "run.finished\ttrue",
            ]
        )
        #expect(try await revival.journal.steps(of: "r1").count { $0.name == "hooks.on" } == 6)
    }

    @Test func `a hook in which the host died is called again, and does not repeat its steps`() async throws {
        let revival = try revival([
            "a":
                "hooks.on('run.started', function() backup.start('mail') print('stop') backup.start('mail') end)"
        ])
        #expect(try await revival.run("print('script')").halt != nil)
        #expect(revival.output == ["stop"])
        #expect(try await revival.resume().failure == nil)
        #expect(revival.output.last == "script")
        #expect(try await revival.service.backups(BackupFilter()).count == 2)
    }

    @Test(arguments: [("warn", "warning"), ("fail", "failed"), ("ignore", "ok")])
    func `what the failure of a hook means for the run`(policy: String, outcome: String) async throws {
        let revival = try revival([
            "a": "hooks.on('run.started', function() error('no luck') end, { on_error = '\(policy)' })"
        ])
        let result = try await revival.run("print('script')")
        #expect(result.outcome.rawValue == outcome)
        #expect(result.status.rawValue == outcome)
        #expect(revival.output == ["script"])
        let message =
            "the hook of plugin 'a' for 'run.started' failed: plugins/a/plugin.lua:2: no luck"
        #expect(result.message == (policy == "ignore" ? nil : message))
        #expect(revival.lines.contains("log \(policy == "ignore" ? "debug" : "warn") \(message) {}"))
    }

    @Test func `a hook that loops is ended by its limit, and the run goes on`() async throws {
        let revival = try revival([
            "a": "hooks.on('run.started', function() while true do end end, { timeout = '0.2s' })",
            "b": "hooks.on('run.started', function() print('b') end)",
        ])
        let result = try await revival.run("print('script')")
        #expect(result.outcome == .warning)
        #expect(revival.output == ["b", "script"])
        #expect(
            result.message == "the hook of plugin 'a' for 'run.started' failed: it was not over after 0.2 s"
        )
    }

    @Test func `a hook may do what was granted to its plugin, and the script may not`() async throws {
        let text = "hooks.on('run.started', function() tool.use() print('used') end)"
        var revival = try revival(["a": text], granted: [Permission("shell", "ls")])
        revival.modules = [.tool]
        let result = try await revival.run("tool.use()")
        #expect(revival.output == ["used"])
        #expect(
            result.failure?.description == """
                test.lua:1: the script may not do this: it has no permission 'shell:ls'. Ask for it in the script's 'needs', and \
                grant it with 'moonkeep allow test.lua'.
                """
        )
    }

    @Test func `a hook that may not do something names its plugin's file`() async throws {
        let text = "hooks.on('run.started', function() tool.use() end)"
        var revival = try revival(["a": text])
        revival.modules = [.tool]
        #expect(
            try await revival.run("return 1").message == """
                the hook of plugin 'a' for 'run.started' failed: plugins/a/plugin.lua:2: the script may not do this: it has no \
                permission 'shell:ls'. Ask for it in the script's 'needs', and grant it with 'moonkeep allow \
                plugins/a/plugin.lua'.
                """
        )
    }

    @Test func `a plugin that is required by a script registers its hooks once`() async throws {
        let revival = try revival([
            "a":
                "hooks.on('run.started', function() print('hook') end) function plugin.hello() return 'hello' end"
        ])
        let result = try await revival.run("print(require('a').hello())")
        #expect(result.failure == nil, "\(String(describing: result.failure))")
        #expect(revival.output == ["hook", "hello"])
    }

    @Test(arguments: [
        (
            "hooks.on('run.started', print)",
            "test.lua:1: bad argument #1 to 'hooks.on': only the 'plugin.lua' of a plugin registers hooks, while it is loaded"
        ),
        (
            "hooks.on('run.start', print)",
            "test.lua:1: bad argument #1 to 'hooks.on': there is no event 'run.start'; did you mean 'run.started'?"
        ),
        (
            "hooks.on('run.started', print, { on_error = 'stop' })",
            "test.lua:1: bad argument #3 to 'hooks.on': on_error: \"warn\", \"fail\" or \"ignore\" expected, got \"stop\""
        ),
    ])
    func `what is wrong with a registration is said`(script: String, message: String) async throws {
        #expect(try await Fixture().failure(script) == message)
    }

    @Test func `a run goes on with the hooks that it began with`() async throws {
        let folder = try TemporaryFolder()
        let path = "plugins/a/plugin.lua"
        let text = "hooks.on('run.finished', function() print('WORD') end) return { api = 1 }"
        try folder.write(text.replacing("WORD", with: "old"), to: path)
        var revival = try Revival()
        let inspector = revival.makeHost().inspector
        revival.change = { environment in
            let catalogue = PluginCatalogue(ModuleFolders(folder: folder.path), inspector: inspector)
            environment.hookPlugins = { await catalogue.hookPlugins { _ in .standard } }
        }
        _ = try await revival.run("backup.run('mail') print('stop') backup.run('mail')")
        try folder.write(text.replacing("WORD", with: "new"), to: path)
        _ = try await revival.resume()
        #expect(revival.output.last == "old")
    }

    @Test func `hooks hear each time that a run waits for a person, and why`() async throws {
        let text = "hooks.on('run.parked', function(e) print(e.event, e.run.id, e.message) end)"
        var revival = try revival(["a": text])
        revival.modules = [.door]
        let dying = revival.journal.watched { write in
            if case .end(let step, _) = write, step.taskPath == "0" {
                JournalError(.claimLost, "dead")
            } else {
                nil
            }
        }
        try await revival.run("return door.open('front')", journal: dying)
        #expect(revival.output.isEmpty)
        let told = """
            run.parked\tr1\tthe run waits for a person: nobody knows whether door.open happened before the host died. Decide \
            with 'moonkeep resume'; 'moonkeep runs' shows the choices.
            """
        #expect(try await revival.resume().status == .parked)
        #expect(revival.output == [told])

        let step = StepKey(run: "r1", sequence: 0)
        try await revival.makeHost().decide(.startAgain, about: step)
        try await revival.resume(journal: dying)
        #expect(revival.output.isEmpty)
        #expect(try await revival.resume().status == .parked)
        #expect(revival.output == [told])
        #expect(
            try await revival.steps.filter { $0.hasPrefix("hooks") } == [
                "hooks/run.parked/1/plugin:a#0 hooks.on done", "hooks/run.parked/2/plugin:a#0 hooks.on done",
            ]
        )

        try await revival.makeHost().decide(.happened, about: step)
        #expect(try await revival.resume().outcome == .ok)
        #expect(revival.output.isEmpty)
    }

    @Test func `help lists the events with their fields`() throws {
        let help = ModuleHelp(modules: PluginHost.standardModules).text(about: "hooks") ?? ""
        for event in HookEvent.all { #expect(help.contains("  \(event.name)  ")) }
        #expect(help.contains("Events, and their fields:"))
    }
}

extension Module {
    /// Something of which nobody can tell whether it happened.
    fileprivate static var door: Module {
        Module("door", "A door.") {
            Function("open", "Opens it.", .step(.effect), Parameter<Text>("which", "Which one.")) { _, _ in
                "opened"
            }
            .recovering { _ in .park }
        }
    }

    /// Something that has to be granted.
    fileprivate static var tool: Module {
        Module("tool", "Is used.") {
            Function("use", "Is used.", .observation) { run in
                try run.require(Permission("shell", "ls"))
                return .nil
            }
        }
    }
}
