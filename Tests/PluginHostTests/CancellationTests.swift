import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

@Suite(.timeLimit(.minutes(5))) struct CancellationTests {
    /// Runs a script, and cancels it when it prints `now` or, without that, when it is shown that a backup moves.
    private func cancelled(_ text: String, in fixture: Fixture) async throws -> RunResult {
        let waitsForProgress = !text.contains("print(")
        let gate = Gate()
        let host = fixture.host
        let task = Task {
            try await host.run(
                LuaSource(name: "test.lua", text: text),
                observe: { event in
                    fixture.news.change { $0.append(event) }
                    if case .output("now") = event { gate.open() }
                    if case .backupProgress = event, waitsForProgress { gate.open() }
                }
            )
        }
        try await gate.pass()
        task.cancel()
        return try await task.value
    }

    @Test func `a cancelled wait stops the backup, waits for that, and the run is cancelled`() async throws {
        let fixture = try Fixture(scripts: ["mail": .runsUntilStopped])
        let result = try await cancelled(
            "local id = backup.start('mail') backup.wait(id)",
            in: fixture
        )
        #expect(result.status == .cancelled)
        #expect(result.outcome == .stopped)
        #expect(result.failure?.description == "test.lua:1: cancelled")
        #expect(result.failure?.code == "cancelled")
        #expect(result.unfinished.isEmpty)
        #expect(try await fixture.service.backup(.make(1)).state == .stopped)
        #expect(fixture.lines.suffix(2) == ["end mail stopped", "finished stopped"])
        let record = try #require(try fixture.journal.allRuns.first)
        #expect(record.status == .cancelled)
        #expect(record.outcome == "stopped")
        #expect(record.message == "test.lua:1: cancelled")
        #expect(try fixture.journal.stepLines == ["start backup.start done", "wait backup.wait failed"])
        #expect((try fixture.step(1)).error == #"{"code":"cancelled","message":"cancelled"}"#)
    }

    @Test func `the script sees the cancellation as an error, and cannot do more`() async throws {
        let fixture = try Fixture(scripts: ["mail": .runsUntilStopped])
        let result = try await cancelled(
            """
            local id = backup.start("mail")
            print("now")
            local ok, e = pcall(backup.wait, id)
            print(ok, e.code, e.message)
            print(select(2, pcall(backup.start, "web-files")).code)
            run.finish("ok", "all is well")
            """,
            in: fixture
        )
        #expect(
            fixture.lines.filter { $0.hasPrefix("output") } == [
                "output now", "output false\tcancelled\tcancelled", "output cancelled",
            ]
        )
        #expect(result.status == .cancelled)
        #expect(result.outcome == .stopped)
        #expect(result.failure == nil)
        #expect(try await fixture.service.backups(BackupFilter()).map(\.state) == [.stopped])
    }

    @Test func `all backups are asked to stop before any is waited for`() async throws {
        let gate = Gate()
        let slow = BackupScript(steps: [.state(.inProgress), .untilStopped], stopGate: gate)
        let service = InMemoryBackupService(
            [.make("mail"), .make("web-files")],
            scripts: ["mail": [slow], "web-files": [.runsUntilStopped]]
        )
        let fixture = try Fixture(service: service)
        let second = try await service.start("web-files", key: "r1/0#1")
        async let result = cancelled(
            "backup.start('mail') local id = backup.start('web-files') print('now') backup.wait(id)",
            in: fixture
        )
        for try await update in service.updates(of: second.id) where update.backup.state.isFinal {
            gate.open()
        }
        #expect(try await result.unfinished.isEmpty)
        #expect(try await service.backups(BackupFilter()).map(\.state) == [.stopped, .stopped])
    }

    @Test func `only backups of the run are stopped`() async throws {
        let service = InMemoryBackupService([.make("mail")], scripts: ["mail": [.runsUntilStopped]])
        let other = try await service.start("mail", key: nil)
        let fixture = try Fixture(service: service)
        let result = try await cancelled("print('now') backup.wait('\(other.id)')", in: fixture)
        #expect(result.status == .cancelled)
        #expect(try await service.backup(other.id).state == .inProgress)
    }

    @Test func `a cancelled sleep ends, and a cancelled on_progress too`() async throws {
        let fixture = try Fixture(scripts: ["mail": BackupScript(steps: [.progress(.half), .untilStopped])])
        let asleep = try await cancelled("print('now') task.sleep('1d')", in: fixture)
        #expect(asleep.failure?.description == "test.lua:1: cancelled")
        let inside = try await cancelled(
            "backup.run('mail', { timeout = '1d', on_progress = function() print('now') task.sleep('1d') end })",
            in: fixture
        )
        #expect(inside.status == .cancelled)
        #expect(inside.failure?.code == "cancelled")
        #expect(fixture.clock.sleeperCount == 0)
    }

    @Test func `a backup that cannot be stopped is listed and said`() async throws {
        let service = StubbornService(
            InMemoryBackupService([.make("mail")], scripts: ["mail": [.runsUntilStopped]])
        )
        let fixture = try Fixture(service: service)
        let result = try await cancelled(
            "local id = backup.start('mail') print('now') backup.wait(id)",
            in: fixture
        )
        #expect(result.status == .cancelled)
        #expect(result.unfinished.map(\.id) == [.make(1)])
        let id = "00000000-0000-4000-8000-000000000001"
        #expect(
            fixture.lines.suffix(3) == [
                "log error backup '\(id)' could not be stopped: connection lost {}",
                "log error backup '\(id)' could not be looked at: connection lost {}",
                "finished stopped",
            ]
        )
    }
}

@Suite(.timeLimit(.minutes(5))) struct RunLimitTests {
    @Test func `a script that never ends is timed out, and others on its thread go on`() async throws {
        let fixture = try Fixture()
        async let endless = fixture.run(
            "while true do pcall(function() while true do end end) end",
            limits: LuaLimits(runningTime: .milliseconds(300))
        )
        async let other = fixture.run("backup.run('mail') return 'done'")
        #expect(try await other.values == ["done"])
        let result = try await endless
        #expect(result.status == .timedOut)
        #expect(result.outcome == .failed)
        #expect(result.failure?.description == "the script ran longer than its 0.3 seconds")
        #expect(result.failure?.code == "time_limit")
        let record = try #require(try fixture.journal.allRuns.first { $0.id == result.id })
        #expect(record.status == .timedOut)
        #expect(record.outcome == "failed")
        #expect(record.message == "the script ran longer than its 0.3 seconds")
    }

    @Test func `a script that takes too much memory fails`() async throws {
        let result = try await Fixture().run(
            "local t = {} while true do t[#t + 1] = string.rep('x', 1 << 16) end",
            limits: LuaLimits(memoryBytes: 4 << 20)
        )
        #expect(result.failure?.message == "the script needs more than its 4194304 bytes of memory")
        #expect(result.failure?.code == "memory_limit")
        #expect(result.status == .failed)
    }

    @Test func `waits do not count as running time`() async throws {
        let fixture = try Fixture()
        let task = Task {
            try await fixture.run("task.sleep('1d')", limits: LuaLimits(runningTime: .milliseconds(100)))
        }
        try await fixture.clock.waitForSleepers()
        fixture.clock.advance(by: .seconds(86_400))
        #expect(try await task.value.outcome == .ok)
    }

    @Test func `backups of a script that was ended at its limit go on and are listed`() async throws {
        let result = try await Fixture(scripts: ["mail": .runsUntilStopped]).run(
            "backup.start('mail') while true do end",
            limits: LuaLimits(runningTime: .milliseconds(100))
        )
        #expect(result.status == .timedOut)
        #expect(result.unfinished.map(\.state) == [.inProgress])
    }

    @Test func `a callback that never ends hits the same limit`() async throws {
        let result = try await Fixture().run(
            "backup.run('mail', { on_progress = function() while true do end end })",
            limits: LuaLimits(runningTime: .milliseconds(100))
        )
        #expect(result.status == .timedOut)
        #expect(result.failure?.code == "time_limit")
    }
}

/// A service whose connection is lost after the start.
private final class StubbornService: ForwardingBackupService {
    let base: InMemoryBackupService
    private let lost = BackupError(.service, "connection lost")

    init(_ base: InMemoryBackupService) {
        self.base = base
    }

    func backup(_ id: ResourceID<Backup>) async throws -> Backup { throw lost }
    func backups(_ filter: BackupFilter) async throws -> [Backup] { throw lost }
    func stop(_ id: ResourceID<Backup>) async throws -> Backup { throw lost }
    func errors(of id: ResourceID<Backup>) async throws -> ErrorList { throw lost }
}
