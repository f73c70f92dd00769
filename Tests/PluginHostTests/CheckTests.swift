import LuaKit
import PluginHost
import Testing

@Suite struct CheckTests {
    private func findings(_ text: String, configurations: [String]? = ["mail", "web-files"])
        -> [ScriptFinding]
    {
        ScriptCheck(modules: PluginHost.standardModules, configurations: configurations)
            .findings(in: LuaSource(name: "test.lua", text: text))
    }

    private func problems(_ text: String, configurations: [String]? = ["mail", "web-files"]) -> [String] {
        findings(text, configurations: configurations).filter { $0.kind == .problem }.map(\.description)
    }

    @Test(arguments: [
        ("local x = = 1", "test.lua:1: unexpected symbol near '='"),
        ("\nbakcup.start('mail')", "test.lua:2: unknown global 'bakcup'; did you mean 'backup'?"),
        ("pirnt('x')", "test.lua:1: unknown global 'pirnt'; did you mean 'print'?"),
        ("database()", "test.lua:1: unknown global 'database'"),
        (
            "os.exit()",
            "test.lua:1: unknown global 'os'. 'os.exit' is not there for scripts: use run.finish(outcome), or return."
        ),
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

    @Test(arguments: [
        (
            "backup.wait('b9', { timout = 1 })",
            "test.lua:1: 'backup.wait' has no option 'timout'; did you mean 'timeout'?"
        ),
        (
            "backup.wait('b9', {\n  timeout = 1,\n  colour = 2,\n})",
            "test.lua:3: 'backup.wait' has no option 'colour'; known are: timeout, on_progress"
        ),
        (
            "backup.start('mail')",
            "test.lua:1: note: nothing waits for what 'backup.start' starts: its result is not used"
        ),
        (
            "if true then json.encode({}) end",
            "test.lua:1: note: 'json.encode' does nothing but answer string, which is not used"
        ),
    ])
    func `a call is seen by its description`(text: String, problem: String) {
        #expect(findings(text).map(\.description) == [problem])
    }

    @Test(arguments: [
        "local id = backup.start('mail')", "return backup.start('mail')", "print(backup.start('mail'))",
        "ids = { backup.start('mail') }", "x = not backup.start('mail')", "backup.start('mail'):upper()",
        "-- backup.start('mail')", "local text = 'backup.start(x)'", "local s = [[ backup.start('mail') ]]",
        "local backup = { start = print } backup.start('x', { odd = 1 })",
        "function f(backup) backup.start('x') end", "pcall(backup.start, 'mail')",
        "local o = {} backup.wait('b', o)", "backup.wait('b', { ['time' .. 'out'] = 1 })",
        "backup.wait('b', tostring({ odd = 1 }))",
        "for _, b in ipairs(backup.list({ limit = 5 })) do print(b) end",
        "local x = {} x.backup.start('w')", "task.map({}, { limit = 2 }, function(a, b) return a, b end)",
        "local run = run.args", "task.all({ function() return backup.start('mail'), 1 end })",
    ])
    func `what is meant is no mistake`(text: String) {
        #expect(findings(text).isEmpty)
    }
}
