import LuaKit
import PluginHost
import Testing

@Suite struct CheckTests {
    private func problems(_ text: String, configurations: [String]? = ["mail", "web-files"]) -> [String] {
        ScriptCheck(modules: PluginHost.standardModules, configurations: configurations)
            .problems(in: LuaSource(name: "test.lua", text: text))
    }

    @Test(arguments: [
        ("local x = = 1", "test.lua:1: unexpected symbol near '='"),
        ("\nbakcup.start('mail')", "test.lua:2: unknown global 'bakcup'; did you mean 'backup'?"),
        ("pirnt('x')", "test.lua:1: unknown global 'pirnt'; did you mean 'print'?"),
        ("database()", "test.lua:1: unknown global 'database'"),
        ("os.exit()", "test.lua:1: unknown global 'os'"),
        ("backup.strat('mail')", "test.lua:1: module 'backup' has no 'strat'; did you mean 'start'?"),
        ("print(run.arg)", "test.lua:1: module 'run' has no 'arg'; did you mean 'args'?"),
        ("task.spwan(print)", "test.lua:1: module 'task' has no 'spwan'; did you mean 'spawn'?"),
        (
            "backup.start('web-file')",
            "test.lua:1: no configuration is called 'web-file'; did you mean 'web-files'?"
        ),
        (
            "backup.run('database')",
            "test.lua:1: no configuration is called 'database'; known are: mail, web-files"
        ),
        ("backup = {}", "test.lua:1: the module 'backup' is overwritten"),
        ("function report() end", "test.lua:1: the module 'report' is overwritten"),
    ])
    func `a mistake is one sentence with its place`(text: String, problem: String) {
        #expect(problems(text) == [problem])
    }

    @Test(arguments: [
        "", "local id = backup.start('mail') backup.wait(id, { timeout = '4h' })",
        "backup.start('web-files')",
        "count = 1 print(count)", "function helper() end helper()",
        "local bakcup = backup bakcup.start('mail')",
        "backup.wait('b9')", "report.section('web-file')", "print(run.args.web, run.id)",
        "log.info('web-file')",
        "for _, c in ipairs(backup.configurations()) do backup.start(c.name) end",
        "string.format('%s', table.concat({})) utf8.char(1) math.floor(1)", "return _G, _VERSION",
    ])
    func `a script without mistakes has no problems`(text: String) {
        #expect(problems(text).isEmpty)
    }

    @Test func `all mistakes are listed in the order of the code`() {
        #expect(
            problems("bakcup.start('x')\nbackup.strat('x')\nbackup.start('x')") == [
                "test.lua:1: unknown global 'bakcup'; did you mean 'backup'?",
                "test.lua:2: module 'backup' has no 'strat'; did you mean 'start'?",
                "test.lua:3: no configuration is called 'x'; known are: mail, web-files",
            ]
        )
    }

    @Test func `configurations that are not known are not checked`() {
        #expect(problems("backup.start('anything')", configurations: nil).isEmpty)
        #expect(
            problems("backup.start('anything')", configurations: []) == [
                "test.lua:1: no configuration is called 'anything'; there are no configurations yet"
            ]
        )
    }
}
