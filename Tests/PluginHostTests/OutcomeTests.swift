import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

@Suite(.timeLimit(.minutes(5))) struct OutcomeTests {
    private static let ends: [String: BackupScript] = ["web-files": .completesWithErrors, "mail": .fails]

    @Test(
        arguments: [
            ("", .ok, nil),
            ("local x = 1 + 1", .ok, nil),
            ("backup.run('web-files')", .warning, nil),
            ("backup.wait(backup.start('mail'))", .failed, nil),
            ("backup.wait(backup.start('mail')) backup.run('web-files')", .failed, nil),
            ("pcall(backup.run, 'mail')", .failed, nil),
            ("backup.start('mail')", .failed, nil),
            ("run.finish('warning')", .warning, nil),
            ("run.finish('skipped', 'it is Sunday')", .skipped, "it is Sunday"),
            ("backup.wait(backup.start('mail')) run.finish('ok', 'known')", .ok, "known"),
            ("run.finish('failed') run.finish('missed', 'late')", .missed, "late"),
            ("run.finish('ok') error('no')", .failed, "test.lua:1: no"),
            (
                "backup.run('mail')", .failed,
                "test.lua:1: the backup of 'mail' ended as failed: the source cannot be read"
            ),
        ] as [(String, Outcome, String?)]
    )
    func `the outcome is the failure, else what the script said, else the worst it waited for`(
        text: String,
        outcome: Outcome,
        message: String?
    ) async throws {
        let fixture = try Fixture(scripts: Self.ends)
        let result = try await fixture.run(text)
        #expect(result.outcome == outcome)
        #expect(result.message == message)
        #expect(result.status.rawValue == outcome.rawValue)
        #expect(result.report.outcome == outcome)
        let record = try #require(try fixture.journal.allRuns.first)
        #expect(record.status == result.status)
        #expect(record.outcome == outcome.rawValue)
        #expect(record.message == message)
        #expect(record.ended == Timestamp.sample.microseconds)
    }

    @Test func `a stopped backup is a stopped run`() async throws {
        let result = try await Fixture(scripts: ["mail": .runsUntilStopped]).run(
            "local id = backup.start('mail') backup.stop(id) backup.wait(id)"
        )
        #expect(result.outcome == .stopped)
    }

    @Test func `what the script returns is in the result`() async throws {
        let result = try await Fixture().run("return 1, 'two', { three = 3 }")
        #expect(result.values == [1, "two", .record(["three": 3])])
    }

    @Test func `a script that is no Lua fails with the place`() async throws {
        let fixture = try Fixture()
        let result = try await fixture.run("local x = \n= 1")
        #expect(result.failure?.description == "test.lua:2: unexpected symbol near '='")
        #expect(result.failure?.code == "syntax")
        #expect(try fixture.journal.allRuns.first?.status == .failed)
    }

    @Test func `backups that still run at the end are listed`() async throws {
        let fixture = try Fixture(scripts: ["mail": .runsUntilStopped])
        let result = try await fixture.run("backup.start('mail') backup.start('web-files')")
        #expect(result.unfinished.map(\.id) == [.make(1)])
        #expect(result.unfinished.map(\.state) == [.inProgress])
        #expect(result.outcome == .ok)
    }

    @Test func `the failure has the calls that led there`() async throws {
        let result = try await Fixture().run(
            """
            local function inner() error("deep") end
            local function outer() inner() end
            outer()
            """
        )
        let failure = try #require(result.failure)
        #expect(failure.place == LuaError.Place(script: "test.lua", line: 1))
        #expect(failure.code == "runtime")
        #expect(
            failure.traceback.dropFirst() == [
                "test.lua:1: in upvalue 'inner'", "test.lua:2: in local 'outer'", "test.lua:3: in main chunk",
            ]
        )
    }

    @Test(arguments: [
        (
            "error({ code = 'no_space', message = 'the disk is full', fix = 'Free some space.' })",
            "no_space", "the disk is full. Free some space."
        ),
        ("error({ message = 'It is full.', fix = 'Free some.' })", "runtime", "It is full. Free some."),
        ("error({ message = 'it is full' })", "runtime", "it is full"),
        (
            "local ok, e = pcall(backup.status, 'b9') error(e)", "unknown_backup",
            "no backup has the id 'b9'. List the backups to see their ids."
        ),
    ])
    func `an error value's fields reach the failure`(text: String, code: String, description: String)
        async throws
    {
        let failure = try #require(try await Fixture().run(text).failure)
        #expect(failure.code == code)
        #expect(failure.message + (failure.fix.map { " " + $0 } ?? "") != "")
        #expect(failure.description.hasSuffix(description))
    }

    @Test func `observers get the news in order`() async throws {
        let fixture = try Fixture()
        _ = try await fixture.run(
            """
            print("hello", 1)
            local id = backup.start("mail")
            log.warn("look", { id = 7 })
            backup.wait(id)
            backup.wait(id)
            report.text("done")
            """
        )
        #expect(
            fixture.lines == [
                "started r1 test.lua", "output hello\t1", "start mail start_requested",
                #"log warn look {"id":7}"#,
                "progress mail start_requested", "progress mail queued", "progress mail preparing",
                "progress mail in_progress", "progress mail in_progress 1", "progress mail completed",
                "end mail completed", "progress mail completed", "finished ok",
            ]
        )
    }

    @Test func `a backup that nobody waited for is in the news when it is over`() async throws {
        let fixture = try Fixture(scripts: ["mail": BackupScript(steps: [.end(.failed())])])
        let result = try await fixture.run("backup.start('mail')")
        #expect(fixture.lines.suffix(2) == ["end mail failed", "finished failed"])
        #expect(result.status == .failed)
        #expect(result.unfinished.isEmpty)
    }

    @Test func `a run leaves nothing in memory`() async throws {
        weak var kept: RunContext?
        let context = Box<RunContext?>(nil)
        let probe = Module("probe", "Looks at the run.") {
            Function(
                "look",
                "Keeps the run.",
                .pure,
                immediate: { run in
                    context.change { $0 = run }
                    return .nil
                }
            )
        }
        _ = try await Fixture(modules: [probe]).run("probe.look()")
        kept = context.value
        #expect(kept != nil)
        context.change { $0 = nil }
        #expect(kept == nil)
    }
}
