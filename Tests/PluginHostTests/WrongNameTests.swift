import LuaKit
import Testing

@testable import PluginHost

/// What is said of names that are not there, or that are used as what they are not.
@Suite struct WrongNameTests {
    @Test(arguments: [
        ("os.time()", "use time.now() for os.clock"),
        ("io.open('x')", "fs.read(path) and fs.write(path, content) for io.open"),
        ("dofile('x.lua')", "'dofile' is not there for scripts: use require."),
        ("unpack({})", "'unpack' is not there for scripts: use table.unpack(list)."),
        ("require 'os'", "Scripts have no 'os': use "),
        ("require 'socket.http'", "Scripts have the module 'http' for that, without 'require'."),
        ("require 'nosuch'", "There are only the host's modules: 'moonkeep help' lists them."),
        (
            "local x = backup.configurations.x",
            "'backup.configurations' is a function: call it, as in backup.configurations("
        ),
        ("local x = #backup.configurations", "'backup.configurations' is a function: call it, as in "),
        ("local x = 'x' .. time.now", "'time.now' is a function: call it, as in time.now()."),
        ("local x = run.id()", "'run.id' is a value: write it without ()."),
        ("backup:configuration('mail')", "Functions of modules are called with a dot: backup.configuration("),
        (
            "for _, x in backup.configurations() do end",
            "Go through a list with: for _, item in ipairs(list) do."
        ),
        (
            "for _, x in ipairs(backup.configurations) do end",
            "A function is called with (), for example backup.list()."
        ),
    ])
    func `a mistake says what to write`(script: String, fix: String) async throws {
        let fixture = try Fixture()
        let result = try await fixture.run(script)
        let failure = try #require(result.failure)
        #expect(failure.fix?.contains(fix) == true, "\(failure)")
    }

    @Test(arguments: [
        ("os.time()", "unknown global 'os'. 'os.time' is not there for scripts: use time.now()."),
        ("print(backup.start.x)", "'backup.start' is a function: call it, as in backup.start(config)"),
        ("print(#backup.list)", "'backup.list' is a function: call it, as in backup.list([options])"),
        ("print(run.id())", "'run.id' is a value: write it without ()"),
        ("report:text('x')", "functions of modules are called with a dot: report.text(text)"),
    ])
    func `a check finds it before`(script: String, problem: String) {
        let check = ScriptCheck(modules: PluginHost.standardModules, configurations: nil)
        let found = check.findings(in: LuaSource(name: "a.lua", text: script)).map(\.message)
        #expect(found == [problem])
    }

    @Test(arguments: [
        "backup.list()", "local backup = {} backup.list.x = 1", "print(run.args.name)",
        "local r = report.new('x') r:text('y')", "local t = { backup = 1 } print(t.backup:x())",
    ])
    func `what is right is left alone`(script: String) {
        let check = ScriptCheck(modules: PluginHost.standardModules, configurations: nil)
        let found = check.findings(in: LuaSource(name: "a.lua", text: script))
        #expect(found.filter { $0.kind == .problem && !$0.message.contains("overwritten") } == [])
    }

    @Test func `a module that is not there is told with the files that it could be`() async throws {
        let fixture = try Fixture { environment in
            environment.modulePlaces = ModuleFolders(folder: "/nowhere").places
        }
        let result = try await fixture.run("require 'tools.paths'")
        #expect(result.failure?.code == "module_not_found")
        #expect(
            result.failure?.fix == """
                There is neither a module of the host's of that name nor one of these files: \
                plugins/tools/paths.lua, plugins/tools/paths/init.lua, lib/tools/paths.lua and lib/tools/paths/init.lua.
                """
        )
    }
}
