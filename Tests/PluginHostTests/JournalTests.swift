import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import Testing

@Suite(.timeLimit(.minutes(5))) struct JournalTests {
    @Test func `steps are recorded in order, observations and pure functions are not`() async throws {
        let fixture = try Fixture()
        _ = try await fixture.values(
            """
            local id = backup.start("mail")
            log.info("x") report.text("x") json.encode({}) local a = run.args
            backup.wait(id) backup.status(id) backup.errors(id) pcall(backup.stop, id)
            backup.list() backup.latest("mail") backup.configurations() backup.configuration("mail")
            time.now() task.sleep(0)
            run.finish("ok")
            """
        )
        #expect(
            try fixture.journal.stepLines == [
                "start backup.start done", "wait backup.wait done", "read backup.status done",
                "read backup.errors done", "effect backup.stop failed", "read backup.list done",
                "read backup.latest done", "read backup.configurations done",
                "read backup.configuration done",
                "read time.now done", "sleep task.sleep done",
            ]
        )
        #expect(try fixture.journal.allSteps.map(\.key.sequence) == Array(0...10))
        #expect(Set(try fixture.journal.allSteps.map(\.key.taskPath)) == ["0"])
    }

    @Test func `a step keeps its input and its output as JSON`() async throws {
        let fixture = try Fixture()
        _ = try await fixture.values(
            """
            local id = backup.start("mail")
            task.sleep(0) time.now()
            pcall(backup.wait, id, { on_progress = print })
            pcall(backup.status, "b9")
            """
        )
        let steps = try fixture.journal.allSteps
        try #require(steps.count == 6)
        let id = "00000000-0000-4000-8000-000000000001"
        #expect(steps[0].input == #"["mail"]"#)
        #expect(steps[0].output == "\"\(id)\"")
        #expect(steps[0].externalReference == id)
        #expect(steps[1].input == "[0]")
        #expect(steps[1].output == "null")
        #expect(steps[2].input == "[]")
        #expect(steps[2].output == #""2014-08-05T18:22:22.000000Z""#)
        #expect(steps[3].key.taskPath == "0/3.ticks")
        #expect(steps[3].output?.hasPrefix(#"{"bytes_done":512,"#) == true)
        #expect(steps[4].input == #"["\#(id)",{"on_progress":{"$function":true}}]"#)
        #expect(steps[4].externalReference == nil)
        #expect(steps[5].output == nil)
        #expect(
            steps[5].error
                == #"{"code":"unknown_backup","fix":"List the backups to see their ids.","message":"no backup has the id 'b9'","retryable":false}"#
        )
        #expect(steps.allSatisfy { $0.ended == Timestamp.sample.microseconds })
    }

    @Test func `a misspelt configuration is a failed step in words`() async throws {
        let fixture = try Fixture()
        _ = try await fixture.run(#"backup.run("mial")"#)
        #expect(try fixture.journal.stepLines == ["start backup.start failed"])
        #expect(
            (try fixture.step(0)).error
                == #"{"code":"unknown_configuration","message":"bad argument #1 to 'backup.run': no configuration is called 'mial'; did you mean 'mail'?","retryable":false}"#
        )
    }

    @Test func `run is a start and a wait, each a step`() async throws {
        let fixture = try Fixture(scripts: ["mail": .fails])
        _ = try await fixture.run(#"backup.run("mail")"#)
        #expect(try fixture.journal.stepLines == ["start backup.start done", "wait backup.wait done"])
    }

    @Test func `the intent is recorded before the service is asked, with the key that it is given`()
        async throws
    {
        let journal = RunStore()
        let service = WatchedService(InMemoryBackupService([.make("mail")])) { try journal.stepLines }
        let fixture = try Fixture(service: service, journal: journal)
        _ = try await fixture.values(
            "time.now() local id = backup.start('mail') backup.run('mail') pcall(backup.stop, id)"
        )
        #expect(
            service.seen.value == [
                "start r1/0#1: start backup.start intent",
                "start r1/0#2: start backup.start intent",
                "stop: effect backup.stop intent",
            ]
        )
        #expect(try journal.allSteps.map(\.idempotencyKey) == (0...4).map { "r1/0#\($0)" })
    }

    @Test func `steps of on_progress count beneath the wait that calls it`() async throws {
        let fixture = try Fixture()
        _ = try await fixture.values(
            "backup.run('mail', { on_progress = function() time.now() time.now() end }) time.now()"
        )
        #expect(
            try fixture.journal.allSteps.map { "\($0.key) \($0.name)" } == [
                "r1/0#0 backup.start", "r1/0/1.ticks#0 backup.progress", "r1/0/1.0#0 time.now",
                "r1/0/1.0#1 time.now", "r1/0#1 backup.wait",
                "r1/0#2 time.now",
            ]
        )
    }

    @Test func `sleep is an intent before it is done`() async throws {
        let fixture = try Fixture()
        let task = Task { try await fixture.run("task.sleep('1h')") }
        try await fixture.clock.waitForSleepers()
        #expect(try fixture.journal.stepLines == ["sleep task.sleep intent"])
        fixture.clock.advance(by: .seconds(3_600))
        _ = try await task.value
        #expect(try fixture.journal.stepLines == ["sleep task.sleep done"])
    }

    @Test func `the run keeps its script, arguments and seed`() async throws {
        let fixture = try Fixture()
        _ = try await fixture.run("return 1", arguments: .record(["site": "öl", "n": 2]))
        let run = try #require(try fixture.journal.allRuns.first)
        #expect(run.id == "r1")
        #expect(run.scriptName == "test.lua")
        #expect(run.scriptSHA256 == "486d9affb60dbb0063b03d8e23a6ccf6364ce203dc3a9f56f20e750eb41ecade")
        #expect(run.arguments == #"{"n":2,"site":"öl"}"#)
        #expect(run.seed == 7)
        #expect(run.started == Timestamp.sample.microseconds)
        #expect(run.attempt == 1)
        #expect(try await fixture.journal.script(run.scriptSHA256).text == "return 1")
    }

    @Test func `bytes that are no text stay valid JSON`() async throws {
        let fixture = try Fixture()
        _ = try await fixture.run(
            #"""
            pcall(backup.start, "a\0b")
            pcall(backup.wait, "b\0", { ["\xff"] = 1 })
            pcall(backup.status, "no\0thing")
            task.sleep(0, "\xff\xfe", { ["\xff"] = 0/0, [1.5] = 1/0, [true] = print })
            """#,
            arguments: .record(["x": .string(LuaBytes([0xff]))])
        )
        for step in try fixture.journal.allSteps {
            for text in [step.input, step.output ?? "null", step.error ?? "null"] {
                #expect(throws: Never.self, "\(text)") {
                    try JSONDecoder().decode(LuaValue.self, from: Data(text.utf8))
                }
            }
        }
        #expect((try fixture.step(0)).input == #"["a\u0000b"]"#)
        #expect(
            try fixture.journal.allSteps.last?.input
                == #"[0,{"$bytes":"fffe"},{"$entries":[[1.5,{"$number":"inf"}],[true,{"$function":true}],[{"$bytes":"ff"},{"$number":"nan"}]]}]"#
        )
        #expect(try fixture.journal.allRuns.first?.arguments == #"{"x":{"$bytes":"ff"}}"#)
    }

    @Test func `a run is in the SQLite journal as it was`() async throws {
        let folder = try TemporaryFolder()
        let store = try RunStore(path: folder.path + "/journal.db")
        let fixture = try Fixture()
        _ = try await fixture.makeHost(journal: store).run(
            LuaSource(
                name: "a\0b.lua",
                text: "backup.run('mail') pcall(backup.start, 'a\\0b') error('x\\0y')"
            )
        )
        let run = try await store.run("r1")
        #expect(run.status == .failed)
        #expect(run.scriptName == "a\u{FFFD}b.lua")
        #expect(run.message?.hasSuffix("x\u{FFFD}y") == true)
        #expect(
            try await store.steps(of: "r1").map { "\($0.key) \($0.state.rawValue)" } == [
                "r1/0#0 done", "r1/0#1 done", "r1/0#2 failed",
            ]
        )
    }
}

@Suite(.timeLimit(.minutes(5))) struct FailingJournalTests {
    @Test func `a run that cannot be recorded does not begin`() async throws {
        let journal = RunStore.failing { if case .begin = $0 { RunStore.diskFull } else { nil } }
        let fixture = try Fixture(journal: journal)
        let error = await #expect(throws: JournalError.self) { try await fixture.run("print('x')") }
        #expect(error?.description == "the disk is full. Free some space.")
        #expect(fixture.lines.isEmpty)
    }

    @Test func `a backup whose intent cannot be recorded is not started`() async throws {
        let journal = RunStore.failing { if case .record = $0 { RunStore.diskFull } else { nil } }
        let service = InMemoryBackupService([.make("mail")])
        let fixture = try Fixture(service: service, journal: journal)
        let result = try await fixture.run("backup.start('mail')")
        #expect(
            result.failure?.description
                == "the journal cannot be written: the disk is full. Free some space."
        )
        #expect(result.failure?.code == "journal")
        #expect(result.status == .running)
        #expect(service.startRequests.isEmpty)
    }

    @Test func `a script whose journal cannot be written cannot go on`() async throws {
        let journal = RunStore.failing { if case .record = $0 { RunStore.diskFull } else { nil } }
        let service = InMemoryBackupService([.make("mail")])
        let fixture = try Fixture(service: service, journal: journal)
        let result = try await fixture.run(
            "pcall(backup.start, 'mail') pcall(backup.start, 'mail') while true do pcall(time.now) end"
        )
        #expect(result.failure?.code == "journal")
        #expect(service.startRequests.isEmpty)
        #expect(try journal.allRuns.first?.status == .running)
    }

    @Test func `a backup that was started and could not be recorded is listed`() async throws {
        let journal = RunStore.failing { if case .end = $0 { RunStore.diskFull } else { nil } }
        let fixture = try Fixture(scripts: ["mail": .runsUntilStopped], journal: journal)
        let result = try await fixture.run("backup.start('mail')")
        #expect(
            result.failure?.description
                == "the journal cannot be written: the disk is full. Free some space."
        )
        #expect(result.unfinished.map(\.id) == [.make(1)])
    }

    @Test func `a run whose end cannot be recorded has failed, and nothing of its result is lost`()
        async throws
    {
        let journal = RunStore.failing { if case .finish = $0 { RunStore.diskFull } else { nil } }
        let fixture = try Fixture(scripts: ["mail": .runsUntilStopped], journal: journal)
        let result = try await fixture.run("backup.start('mail') report.text('so far') return 5")
        #expect(
            result.failure?.description
                == "the end of the run could not be recorded: the disk is full. Free some space."
        )
        #expect(result.failure?.code == "journal")
        #expect(result.outcome == .failed)
        #expect(result.status == .failed)
        #expect(result.values == [5])
        #expect(result.unfinished.count == 1)
        #expect(result.report.terminalLines(TerminalStyle(hasColour: false)) == ["so far"])
        #expect(fixture.lines.last == "finished failed")
    }
}

/// A service that notes what the journal looks like when something is asked of it.
private final class WatchedService: ForwardingBackupService {
    let seen = Box<[String]>([])
    let base: InMemoryBackupService
    private let steps: @Sendable () throws -> [String]

    init(_ base: InMemoryBackupService, steps: @escaping @Sendable () throws -> [String]) {
        self.base = base
        self.steps = steps
    }

    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        try note("start \(key ?? "without key")")
        return try await base.start(configuration, key: key)
    }

    func stop(_ id: ResourceID<Backup>) async throws -> Backup {
        try note("stop")
        return try await base.stop(id)
    }

    private func note(_ what: String) throws {
        let last = try steps().last ?? "nothing"
        seen.change { $0.append("\(what): \(last)") }
    }
}
