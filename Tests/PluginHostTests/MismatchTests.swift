import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// Scripts that want something else than the journal has.
@Suite(.timeLimit(.minutes(5))) struct MismatchTests {
    private static let script = """
        local id = backup.start("mail")
        report.text(backup.wait(id).state)
        print("stop")
        time.now()
        """

    @Test(arguments: [
        (
            "backup.start('web-files')",
            #"step 0#0: the journal has backup.start("mail"), the script wants backup.start("web-files"), at test.lua:1"#
        ),
        (
            "local id = backup.start('mail')\ntime.now()",
            #"step 0#1: the journal has backup.wait("00000000-0000-4000-8000-000000000001"), the script wants time.now(), at test.lua:2"#
        ),
        (
            "backup.start('mail')",
            #"step 0#1: the journal has backup.wait("00000000-0000-4000-8000-000000000001"), the script ends without it"#
        ),
        ("error('no')", #"step 0#0: the journal has backup.start("mail"), the script ends without it"#),
    ])
    func `a run is not resumed on a script that does something else`(source: String, difference: String)
        async throws
    {
        let site = try Revival()
        try await site.run(Self.script)
        let (record, steps) = (try await site.record, try await site.steps)
        let error = await #expect(throws: RunRefused.self) { try await site.resume(source: source) }
        #expect(error?.description == "the run cannot go on with this script: \(difference)")
        #expect(try await site.record == record)
        #expect(try await site.steps == steps)
    }

    @Test func `a run is resumed on a script that does the same and more, and keeps it`() async throws {
        let site = try Revival()
        try await site.run(Self.script)
        let source =
            "local id = backup.start('mail') report.text(backup.wait(id).state) time.now() return 'new'"
        let result = try await site.resume(source: source)
        #expect(result.values == ["new"])
        #expect(try await site.journal.script(site.record.scriptSHA256).text == source)
        #expect(try await site.makeHost().replay(site.record).mismatch == nil)
    }

    @Test func `a replay touches neither the service nor the journal`() async throws {
        let site = try Revival()
        let first = try await site.run(
            """
            local id = backup.start("mail")
            report.text(backup.wait(id, { on_progress = function(p) report.text("at " .. p.files_done) end }).state)
            report.text(#backup.list() .. time.now())
            lock.with("l", {}, function() backup.errors(id) end)
            task.all({ function() backup.run("web-files") end })
            print("told")
            return 5
            """
        )
        #expect(first.outcome == .ok)
        let silent = site.journal.watched { write in
            Issue.record("the replay wrote \(write)")
            return JournalError(.storage, "not now")
        }
        let news = Box<[String]>([])
        let host = site.makeHost(service: DeadService(), journal: silent)
        let replay = try await host.replay(try await site.record) { event in
            news.change { $0.append(event.line) }
        }
        #expect(replay.mismatch == nil)
        #expect(replay.result.report.lines == first.report.lines)
        #expect(replay.result.outcome == .ok)
        #expect(replay.result.values == [5])
        #expect(news.value == ["output told", "finished ok"])
    }

    @Test func `a replay with another script says where it differs`() async throws {
        let site = try Revival()
        try await site.run(
            "time.now() task.all({ function() time.now() end, function() backup.run('mail') end })"
        )
        let replay = try await site.makeHost().replay(
            try await site.record,
            source: LuaSource(
                name: "new.lua",
                text:
                    "time.now() task.all({ function() time.now() end,\nfunction() backup.run('web-files') end })"
            )
        )
        #expect(
            replay.mismatch?.description
                == #"step 0/1.2#0: the journal has backup.start("mail"), the script wants backup.start("web-files"), at new.lua:2"#
        )
        let longer = try await site.makeHost().replay(
            try await site.record,
            source: LuaSource(
                name: "new.lua",
                text:
                    "time.now() task.all({ function() time.now() end, function() backup.run('mail') end }) time.now()"
            )
        )
        #expect(
            longer.mismatch?.description
                == "step 0#2: the journal ends here, the script wants time.now(), at new.lua:1"
        )
    }

    @Test func `a replay with a script that does less says what it leaves out`() async throws {
        let site = try Revival()
        try await site.run("time.now() task.all({ function() time.now() end })")
        let replay = try await site.makeHost().replay(
            try await site.record,
            source: LuaSource(name: "new.lua", text: "time.now()")
        )
        #expect(
            replay.mismatch?.description
                == "step 0/1.1#0: the journal has time.now(), the script ends without it"
        )
    }

    @Test(arguments: [
        "pcall(time.now) while true do pcall(time.now) end",
        "pcall(time.now) while true do pcall(function() while true do end end) end",
        "pcall(time.now) while true do pcall(log.info, 'x') end",
        "pcall(time.now) while true do pcall(task.spawn, function() while true do pcall(time.now) end end) end",
        "local c <close> = setmetatable({}, { __close = function() while true do pcall(time.now) end end }) time.now()",
    ])
    func `a script that catches the stop cannot go on`(text: String) async throws {
        var site = try Revival()
        // Nothing but the grace ends it.
        site.limits = LuaLimits(runningTime: nil, grace: .milliseconds(100))
        try await site.run("backup.list() print('stop') time.now()")
        // That it ends is the test: the suite's time limit is for a script that does not.
        let replay = try await site.makeHost()
            .replay(try await site.record, source: LuaSource(name: "test.lua", text: text))
        #expect(replay.mismatch?.recorded == "backup.list()")
    }

    @Test func `a run whose script does something else waits for a person`() async throws {
        let attempts = Box(0)
        var site = try Revival()
        site.modules = [
            Module("probe", "Counts.") {
                Function(
                    "count",
                    "Counts.",
                    .pure,
                    immediate: { _ in
                        .integer(
                            Int64(
                                attempts.change {
                                    $0 += 1; return $0
                                }
                            )
                        )
                    }
                )
            }
        ]
        try await site.run(
            "if probe.count() == 1 then time.now() else backup.list() end print('stop') time.now()"
        )
        let result = try await site.resume()
        #expect(result.status == .parked)
        #expect(
            result.failure?.description
                == "test.lua:1: step 0#0: the journal has time.now(), the script wants backup.list(), at test.lua:1"
        )
        #expect(try await site.record.status == .parked)
        #expect(try await site.journal.notes(of: "r1").map(\.kind) == ["resumed", "parked"])
        try await site.makeHost().giveUp(try await site.record)
        #expect(try await site.record.status == .failed)
    }
}

/// A service that must not be asked.
struct DeadService: BackupService {
    private func refuse() -> BackupError {
        Issue.record("the service was asked")
        return BackupError(.service, "dead")
    }

    func configurations() async throws -> [Configuration] { throw refuse() }
    func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration { throw refuse() }
    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        throw refuse()
    }
    func backup(_ id: ResourceID<Backup>) async throws -> Backup { throw refuse() }
    func backups(_ filter: BackupFilter) async throws -> [Backup] { throw refuse() }
    func stop(_ id: ResourceID<Backup>) async throws -> Backup { throw refuse() }
    func errors(of id: ResourceID<Backup>) async throws -> ErrorList { throw refuse() }
    func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        AsyncThrowingStream { $0.finish(throwing: refuse()) }
    }
    func watermark(before request: StartRequest) async throws -> String { throw refuse() }
    func reconcile(_ request: StartRequest, key: String, watermark: String, claimed: Set<String>)
        async throws -> StartFate
    { throw refuse() }
}
