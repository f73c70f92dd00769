import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Testing

@Suite(.timeLimit(.minutes(5))) struct BackupAdditionsTests {
    private func fixture(
        cleanups: [BackupScript] = [],
        findings: [[String]] = [],
        permissions: [String] = ["backup:cleanup", "backup:check"]
    ) throws -> (LibraryFixture, InMemoryBackupService) {
        let service = InMemoryBackupService([.make("web-files")], cleanups: cleanups, findings: findings)
        return (
            try LibraryFixture([.backup, .agent], permissions: permissions, service: service), service
        )
    }

    @Test func `a cleanup is started and waited for`() async throws {
        let (fixture, service) = try fixture()
        #expect(
            try await fixture.values("local c = backup.cleanup(); return c.state, c.outcome") == [
                "completed", "ok",
            ]
        )
        #expect(try await service.cleanups(Page()).count == 1)
    }

    @Test func `a cleanup that ended badly raises`() async throws {
        let (fixture, _) = try fixture(cleanups: [.fails])
        let result = try await fixture.run("backup.cleanup()")
        #expect(
            result.failure?.description == "test.lua:1: the cleanup ended as failed: unable_to_read_source"
        )
    }

    @Test func `cleaning up needs a permission`() async throws {
        let (fixture, service) = try fixture(permissions: [])
        #expect(
            try await fixture.failure("backup.cleanup()") == """
                test.lua:1: the script may not do this: it has no permission 'backup:cleanup'. Ask for it in the script's \
                'needs', and grant it with 'moonkeep allow test.lua'.
                """
        )
        #expect(try await service.cleanups(Page()).isEmpty)
    }

    @Test func `a check of a sound repository is ok`() async throws {
        let (fixture, service) = try fixture()
        let script =
            "local c = backup.check(); return c.outcome, #c.problems, #c.packs, c.ended_time > c.started_time"
        #expect(try await fixture.values(script) == ["ok", 0, 0, true])
        #expect(service.checkedData == [CheckedData.none])
    }

    @Test func `damage is answered, and makes the run's outcome failed unless the script says otherwise`()
        async throws
    {
        let pack = String(repeating: "c5", count: 32)
        let (fixture, _) = try fixture(findings: [["Pack ID does not match, want \(pack)"]])
        let script = "local c = backup.check(); print(c.outcome, c.problems[1], c.packs[1])"
        let result = try await fixture.run(script)
        #expect(result.failure == nil)
        #expect(result.outcome == .failed)
        #expect(try await fixture.run(script + " run.finish('warning')").outcome == .warning)
        let values = try await fixture.run("local c = backup.check(); return c.outcome, c.packs[1]").values
        #expect(values == ["failed", .string(pack)])
    }

    @Test(arguments: [
        ("false", CheckedData.none), ("true", .all), ("'5%'", .percent(5)), ("'0.5%'", .percent(0.5)),
        ("'2/7'", .part(2, of: 7)), ("1024", .bytes(1_024)), ("'1GiB'", .bytes(1 << 30)),
        ("'10M'", .bytes(10 << 20)),
    ])
    func `how much is read is said in restic's ways`(text: String, data: CheckedData) async throws {
        let (fixture, service) = try fixture()
        _ = try await fixture.values("backup.check({ read_data = \(text) })")
        #expect(service.checkedData == [data])
    }

    @Test(arguments: [
        ("'all'", "true, false, a share such as"), ("{}", "true, false, a share such as"),
        ("'0%'", "more than 0 and at most 100 percent can be read, got \"0%\""),
        ("'200%'", "more than 0 and at"),
        ("'nan%'", "more than 0 and at"), ("0", "at least 1 byte can be read"),
        ("'8/7'", "a part is one from 1"),
        ("'--x'", "true, false, a share such as"),
    ])
    func `what cannot be read is a bad argument`(text: String, message: String) async throws {
        let (fixture, service) = try fixture()
        let failure = try await fixture.run("backup.check({ read_data = \(text) })").failure
        #expect(failure?.code == "bad_argument")
        #expect(failure?.message.contains("read_data: " + message) == true, "\(failure?.message ?? "")")
        #expect(service.checkedData.isEmpty)
    }

    @Test func `a check that was cut off is done again, one that ended is not`() async throws {
        let (fixture, service) = try fixture(findings: [["damaged"], []])
        let dying = fixture.journal.watched { write in
            if case .end = write { JournalError(.claimLost, "dead") } else { nil }
        }
        let source = LuaSource(name: "test.lua", text: "print('x') return backup.check().outcome")
        _ = try await fixture.makeHost(journal: dying).run(source)
        let result = try await fixture.makeHost().resume(try await fixture.journal.run("r1"))
        #expect(result.values == ["ok"])
        #expect(result.outcome == .ok)
        #expect(service.checkedData.count == 2)
        _ = try await fixture.makeHost().replay(try await fixture.journal.run("r1"))
        #expect(service.checkedData.count == 2)
    }

    @Test func `a replayed check counts for the outcome`() async throws {
        let (fixture, _) = try fixture(findings: [["damaged"]])
        #expect(try await fixture.run("backup.check()").outcome == .failed)
        let replay = try await fixture.makeHost().replay(try await fixture.journal.run("r1"))
        #expect(replay.result.outcome == .failed)
    }

    @Test func `a check that takes too long is ended`() async throws {
        let service = EndlessChecks(base: InMemoryBackupService([.make("web-files")]))
        let fixture = try LibraryFixture([.backup], permissions: ["backup:check"], service: service)
        let run = Task { try await fixture.run("backup.check({ timeout = '1h' })") }
        try await fixture.clock.waitForSleepers()
        fixture.clock.advance(by: .seconds(3_600))
        let failure = try await run.value.failure
        #expect(failure?.code == "timed_out")
        #expect(
            failure?.description
                == "test.lua:1: the check was not over after 1 h 00 min. Give it more time, or let it read less."
        )
    }

    @Test func `a plan checks nothing`() async throws {
        let (fixture, service) = try fixture()
        let source = LuaSource(name: "test.lua", text: "return backup.check({ read_data = true }).outcome")
        let plan = try await fixture.makeHost().plan(source)
        #expect(plan.steps.map(\.description) == [#"backup.check({"read_data":true})"#])
        #expect(plan.result.values == ["ok"])
        #expect(service.checkedData.isEmpty)
    }

    @Test func `checking needs a permission`() async throws {
        let (fixture, service) = try fixture(permissions: [])
        #expect(try await fixture.run("backup.check()").failure?.code == "permission_denied")
        #expect(service.checkedData.isEmpty)
    }

    @Test func `agents are listed and looked at`() async throws {
        let (fixture, service) = try fixture()
        let agent = try #require(try await service.agents().first)
        let found = try await fixture.values(
            "local a = agent.list()[1]; return a.id, agent.status(a).name, #agent.status(a.name).activities"
        )
        #expect(found == [.string(agent.id.rawValue), .string(agent.name), 0])
        #expect(
            try await fixture.failure("agent.status('none')")
                == "test.lua:1: no agent has the id or name 'none'"
        )
    }

    @Test func `the events of a backup are listed`() async throws {
        let (fixture, _) = try fixture()
        let found = try await fixture.values(
            "return #backup.events(backup.run('web-files')) > 0, backup.list()[1].state"
        )
        #expect(found == [true, "completed"])
    }
}

/// Checks that end when they are cancelled.
private struct EndlessChecks: ForwardingBackupService {
    let base: InMemoryBackupService

    func check(_ data: CheckedData) async throws -> RepositoryCheck {
        try await Gate().pass()
        throw CancellationError()
    }
}
