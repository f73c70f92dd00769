import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import Testing

@Suite(.timeLimit(.minutes(5))) struct ArgumentTests {
    @Test(arguments: [
        ("backup.start()", "#1 to 'backup.start': configuration expected, got nil"),
        ("backup.start(5)", "#1 to 'backup.start': a configuration's id or name expected, got integer"),
        ("backup.start({})", "#1 to 'backup.start': a configuration's id or name expected, got table"),
        ("backup.start({'mail'})", "#1 to 'backup.start': a configuration's id or name expected, got list"),
        (
            #"backup.start("\xff")"#,
            "#1 to 'backup.start': a configuration's id or name expected, got a string that is not UTF-8"
        ),
        ("backup.wait()", "#1 to 'backup.wait': backup expected, got nil"),
        ("backup.wait(true)", "#1 to 'backup.wait': a backup's id expected, got boolean"),
        ("backup.wait('b', 5)", "#2 to 'backup.wait': table of options expected, got integer"),
        ("backup.wait('b', {1})", "#2 to 'backup.wait': table of options expected, got list"),
        (
            "backup.wait('b', {timout = 5})",
            "#2 to 'backup.wait': there is no option 'timout'; did you mean 'timeout'?"
        ),
        (
            "backup.wait('b', {colour = 5})",
            "#2 to 'backup.wait': there is no option 'colour'; known are: timeout, on_progress"
        ),
        (
            "backup.run('mail', {[true] = 5})",
            "#2 to 'backup.run': there is no option '?'; known are: timeout, on_progress"
        ),
        (
            "backup.wait('b', {timeout = 'soon'})",
            #"#2 to 'backup.wait': timeout: duration expected (seconds, or a text such as "90s", "15m", "4h"), got "soon""#
        ),
        (
            "backup.wait('b', {timeout = -1})",
            "#2 to 'backup.wait': timeout: a duration from 0 to 10 years expected, got -1"
        ),
        (
            "backup.wait('b', {on_progress = 'print'})",
            "#2 to 'backup.wait': on_progress: function expected, got string"
        ),
        (
            "backup.list({state = 'complete'})",
            "#1 to 'backup.list': state: there is no state 'complete'; did you mean 'completed'?"
        ),
        (
            "backup.latest('mail', {state = 'x'})",
            """
            #2 to 'backup.latest': state: there is no state 'x'; known are: start_requested, start_scheduled, queued, \
            preparing, in_progress, stop_requested, completed, completed_with_errors, failed, stopped, skipped, missed
            """
        ),
        ("backup.list({state = 5})", "#1 to 'backup.list': state: string expected, got integer"),
        ("backup.list({limit = 0})", "#1 to 'backup.list': limit: an integer from 1 to 1000 expected, got 0"),
        (
            "backup.list({limit = 1001})",
            "#1 to 'backup.list': limit: an integer from 1 to 1000 expected, got 1001"
        ),
        (
            "backup.list({configuration = {}})",
            "#1 to 'backup.list': configuration: a configuration's id or name expected, got table"
        ),
        (
            "task.sleep()",
            "#1 to 'task.sleep': duration expected, got nil"
        ),
        (
            "task.sleep({})",
            #"#1 to 'task.sleep': duration expected (seconds, or a text such as "90s", "15m", "4h"), got table"#
        ),
        (
            "task.sleep(0/0)",
            "#1 to 'task.sleep': a duration from 0 to 10 years expected, got nan"
        ),
        (
            "run.finish('good')",
            #"#1 to 'run.finish': one of ok, skipped, warning, stopped, missed, failed expected, got "good""#
        ),
        ("run.finish('ok', {})", "#2 to 'run.finish': string expected, got table"),
        ("log.info('x', 5)", "#2 to 'log.info': table with names expected, got integer"),
        ("log.info('x', {1})", "#2 to 'log.info': table with names expected, got list"),
        ("report.add('b')", "#1 to 'report.add': table with names expected, got string"),
        (
            "report.add({id = 'b'})",
            "#1 to 'report.add': a backup's record expected; project_id: string expected, got nil"
        ),
        ("report.section({})", "#1 to 'report.section': string expected, got table"),
        (
            #"report.section("\xff")"#,
            "#1 to 'report.section': text in UTF-8 expected, got a string with other bytes"
        ),
        ("report.table('a', {})", "#1 to 'report.table': list of strings expected, got string"),
        ("report.table({'a'}, {a = 1})", "#2 to 'report.table': list of rows expected, got table"),
        ("report.table({'a'}, {{1}, 2})", "#2 to 'report.table': row 2 is not a list but a integer"),
        ("json.decode({})", "#1 to 'json.decode': string expected, got table"),
    ])
    func `a wrong argument names the function, the position and what was expected`(
        call: String,
        problem: String
    ) async throws {
        let fixture = try Fixture()
        let result = try await fixture.run("\n" + call)
        #expect(result.failure?.description == "test.lua:2: bad argument " + problem)
        #expect(result.failure?.code == "bad_argument")
        #expect(try fixture.journal.stepLines.isEmpty)
    }

    @Test(arguments: [
        ("0", 0), ("1.5", 1500), ("90", 90_000), ("'90'", 90_000), ("'90s'", 90_000), ("'15m'", 900_000),
        ("'4h'", 14_400_000), ("'2d'", 172_800_000), ("'500ms'", 500), ("'0.5h'", 1_800_000),
    ])
    func `durations are seconds or a text with a unit`(text: String, milliseconds: Int) async throws {
        let fixture = try Fixture()
        let task = Task { try await fixture.run("task.sleep(\(text))") }
        if milliseconds > 0 {
            try await fixture.clock.waitForSleepers()
            fixture.clock.advance(by: .milliseconds(milliseconds - 1))
            #expect(fixture.clock.sleeperCount == 1)
            fixture.clock.advance(by: .milliseconds(1))
        }
        #expect(try await task.value.outcome == .ok)
    }

    @Test(arguments: [
        ("backup.strat('mail')", "module 'backup' has no 'strat'; did you mean 'start'?"),
        (
            "task.spwan(print)",
            "module 'task' has no 'spwan'; did you mean 'spawn'?"
        ),
        ("return run.arg", "module 'run' has no 'arg'; did you mean 'args'?"),
        ("backup.start = print", "module 'backup' cannot be changed"),
    ])
    func `a module names what it does not have, and cannot be changed`(call: String, message: String)
        async throws
    {
        #expect(try await Fixture().failure(call) == "test.lua:1: " + message)
    }

    @Test func `a misspelt global has a fix`() async throws {
        let result = try await Fixture().run("local x = 1\nbakcup.start('mail')")
        let failure = try #require(result.failure)
        #expect(failure.message == "attempt to index a nil value (global 'bakcup')")
        #expect(failure.fix == "Did you mean 'backup'?")
        #expect(
            failure.description
                == "test.lua:2: attempt to index a nil value (global 'bakcup'). Did you mean 'backup'?"
        )
        #expect(
            try await Fixture().failure("pirnt('x')")
                == "test.lua:1: attempt to call a nil value (global 'pirnt'). Did you mean 'print'?"
        )
        #expect(
            try await Fixture().failure("database()")
                == "test.lua:1: attempt to call a nil value (global 'database')"
        )
    }

    @Test func `modules are there through require too`() async throws {
        let values = try await Fixture().values(
            """
            return require("backup") == backup, require("report") == report, require("log") == log,
                require("task") == task, require("run") == run, require("time") == time, require("json") == json
            """
        )
        #expect(values == Array(repeating: true, count: 7))
    }
}
