import BackupAPI
import BackupTesting
import Testing

struct InMemoryBackupServiceTests {
    @Test func `a backup goes through the usual states when it is watched`() async throws {
        let service = InMemoryBackupService()
        let backup = try await service.start("nightly", key: nil)
        #expect(backup.state == .startRequested)
        var updates: [BackupUpdate] = []
        for try await update in service.updates(of: backup.id) { updates.append(update) }
        #expect(
            updates.map(\.backup.state)
                == [.startRequested, .queued, .preparing, .inProgress, .inProgress, .completed]
        )
        #expect(updates.map(\.progress) == [nil, nil, nil, nil, .half, nil])
    }

    @Test func `a backup goes on when its record is read`() async throws {
        let service = InMemoryBackupService()
        let backup = try await service.start("nightly", key: nil)
        #expect(try await service.backup(backup.id).state == .completed)
    }

    @Test func `a backup waits for its gate`() async throws {
        let gate = Gate()
        let service = InMemoryBackupService(scripts: ["nightly": [.waits(for: gate, then: .failed())]])
        let backup = try await service.start("nightly", key: nil)
        #expect(try await service.backup(backup.id).state == .inProgress)
        gate.open()
        #expect(try await service.backup(backup.id).state == .failed)
    }

    @Test func `a gate that opens after a stop changes nothing`() async throws {
        let gate = Gate()
        let service = InMemoryBackupService(scripts: ["nightly": [.waits(for: gate)]])
        let backup = try await service.start("nightly", key: nil)
        #expect(try await service.stop(backup.id).state == .stopRequested)
        gate.open()
        #expect(try await service.backup(backup.id).state == .stopped)
    }

    @Test func `a stop waits for its gate, and a second stop is no conflict until then`() async throws {
        let gate = Gate()
        var script = BackupScript.runsUntilStopped
        script.stopGate = gate
        let service = InMemoryBackupService(scripts: ["nightly": [script]])
        let backup = try await service.start("nightly", key: nil)
        for _ in 0..<2 { #expect(try await service.stop(backup.id).state == .stopRequested) }
        gate.open()
        #expect(try await service.backup(backup.id).state == .stopped)
    }

    @Test func `starts are counted, and keys are kept`() async throws {
        let service = InMemoryBackupService()
        for key in ["a", "a", nil] { _ = try await service.start("nightly", key: key) }
        #expect(service.startCount == 2)
        #expect(service.startRequests.map(\.key) == ["a", "a", nil])
        #expect(service.startRequests.allSatisfy { $0.configuration == "nightly" })
    }

    @Test func `each start takes the next script, and the last one serves all that follow`() async throws {
        let refusal = BackupError(.repositoryLocked, "the repository is locked", isRetryable: true)
        let service = InMemoryBackupService(scripts: ["nightly": [.refuses(refusal), .fails, .completes]])
        let error = await #expect(throws: BackupError.self) { try await service.start("nightly", key: nil) }
        #expect(error?.code == .repositoryLocked)
        var states: [ActivityState] = []
        for _ in 0..<3 {
            states.append(try await service.wait(for: service.start("nightly", key: nil).id).state)
        }
        #expect(states == [.failed, .completed, .completed])
        #expect(service.startCount == 3)
    }

    @Test func `updates can break off while the backup goes on`() async throws {
        let script = BackupScript(
            steps: [
                .untilWatched, .state(.inProgress), .breakUpdates(BackupError(.service, "the line is dead")),
                .end(.completed),
            ]
        )
        let service = InMemoryBackupService(scripts: ["nightly": [script]])
        let backup = try await service.start("nightly", key: nil)
        let error = await #expect(throws: BackupError.self) { try await service.wait(for: backup.id) }
        #expect(error?.description == "the line is dead")
        #expect(try await service.backup(backup.id).state == .completed)
    }

    @Test func `a deleted configuration cannot be started`() async throws {
        let service = InMemoryBackupService([.make("gone", deleted: true)])
        let error = await #expect(throws: BackupError.self) { try await service.start("gone", key: nil) }
        #expect(error?.code == .unknownConfiguration)
    }

    @Test func `the same calls give the same records`() async throws {
        var records: [[Backup]] = []
        for _ in 0..<2 {
            let service = InMemoryBackupService()
            for _ in 0..<3 { _ = try await service.wait(for: service.start("nightly", key: nil).id) }
            records.append(try await service.backups(BackupFilter()))
        }
        #expect(records[0] == records[1])
        #expect(records[0].map(\.id) == [.make(3), .make(2), .make(1)])
    }
}
