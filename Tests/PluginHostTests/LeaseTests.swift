import BackupAPI
import BackupTesting
import LuaKit
import PluginHost
import RunJournal
import Testing

/// Runs that two hosts have had.
@Suite(.timeLimit(.minutes(1))) struct LeaseTests {
    /// Another host takes the run.
    private static func take(_ journal: RunStore) async throws {
        _ = try await journal.take(
            try await journal.run("r1"),
            owner: RunOwner(processID: 7, processStartTime: 7, bootID: "other"),
            leaseEnd: 0
        )
    }

    @Test func `a host that has lost its claim starts nothing and writes nothing`() async throws {
        let service = InMemoryBackupService([.make("mail")])
        var site = try Revival(service: service)
        let journal = site.journal
        site.modules = [
            Module("other", "Another host.") {
                Function("take", "Takes the run.", .composite) { _ in
                    try await Self.take(journal)
                    return .nil
                }
            }
        ]
        // So short that it is looked at before each effect.
        site.change = { $0.leaseLength = .zero }
        let result = try await site.run(
            "time.now() other.take() pcall(backup.start, 'mail') pcall(backup.run, 'mail') pcall(time.now) print('on')"
        )
        #expect(result.failure?.description == "the run was taken over by another process")
        #expect(result.status == .running)
        #expect(service.startRequests.isEmpty)
        #expect(try await site.steps == ["0#0 time.now done"])
        #expect(try await site.record.fence == 2)
        #expect(try await site.record.status == .running)
    }

    @Test func `a write under a lost claim stops the run at once`() async throws {
        var site = try Revival()
        let journal = site.journal
        site.modules = [
            Module("other", "Another host.") {
                Function("take", "Takes the run.", .composite) { _ in
                    try await Self.take(journal)
                    return .nil
                }
            }
        ]
        let result = try await site.run("other.take() pcall(time.now) while true do pcall(time.now) end")
        #expect(result.failure?.code == "claim_lost")
        #expect(try await site.steps.isEmpty)
    }

    @Test func `a host that is alive keeps its run`() async throws {
        var site = try Revival()
        site.change = { $0.leaseLength = .milliseconds(30) }
        let renewed = Gate()
        let store = site.journal.watched(
            after: { write in
                if case .renew = write { renewed.open() }
                return nil
            }
        )
        let control = RunControl()
        let host = site.makeHost(journal: store)
        let run = Task {
            try await host.run(LuaSource(name: "test.lua", text: "task.sleep('1h')"), control: control)
        }
        try await renewed.pass()
        control.interrupt()
        #expect(try await run.value.halt?.isInterruption == true)
        #expect(try await site.record.leaseEnd == Timestamp.sample.microseconds)
    }

    @Test func `a cancellation that another process asks for reaches the run, and stops its backups`()
        async throws
    {
        var site = try Revival(scripts: ["mail": .runsUntilStopped])
        site.change = { $0.leaseLength = .milliseconds(30) }
        let begun = Gate()
        let host = site.makeHost()
        let run = Task {
            try await host.run(
                LuaSource(name: "test.lua", text: "backup.wait(backup.start('mail'))"),
                observe: { if case .backupProgress = $0 { begun.open() } }
            )
        }
        try await begun.pass()
        try await site.journal.requestCancellation(of: "r1")
        let result = try await run.value
        #expect(result.status == .cancelled)
        #expect(try await site.service.backup(.make(1)).state == .stopped)
        #expect(try await site.record.status == .cancelled)
    }

    @Test func `a cancellation that was asked for while no host was there is heard at the next step`()
        async throws
    {
        let site = try Revival(scripts: ["mail": .runsUntilStopped])
        try await site.run("local id = backup.start('mail') print('stop') backup.wait(id) print('on')")
        try await site.journal.requestCancellation(of: "r1")
        let result = try await site.resume()
        #expect(result.status == .cancelled)
        #expect(site.output == ["stop"])
        #expect(try await site.service.backup(.make(1)).state == .stopped)
    }

    @Test func `a run is interrupted before it begins, and goes on when it is resumed`() async throws {
        let site = try Revival()
        let control = RunControl()
        control.interrupt()
        let result = try await site.makeHost().run(
            LuaSource(name: "test.lua", text: "return backup.run('mail').state"),
            control: control
        )
        #expect(result.failure?.description == "the host stops. It goes on when it is resumed.")
        #expect(try await site.steps.isEmpty)
        #expect(try await site.resume().values == ["completed"])
        control.interrupt()
    }

    @Test func `a second host cannot take a run that was taken`() async throws {
        let site = try Revival()
        try await site.run("print('stop') time.now()")
        let seen = try await site.record
        try await site.resume()
        let error = await #expect(throws: JournalError.self) { try await site.makeHost().resume(seen) }
        #expect(error?.code == .conflict)
    }
}
