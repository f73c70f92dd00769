import BackupAPI
import Foundation
import LocalBackup
import Testing

/// A service remembers what it read of the catalog; these ask it again after another one has changed something.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct MemoryTests {
    @Test func `a backup that another service makes is seen from its start to its end`() async throws {
        try await withSite { site in
            let (reader, writer) = (try await site.open(), try await site.open())
            let first = try await writer.runNightly()
            #expect(try await reader.backup(first.id) == first)
            #expect(try await reader.backup(first.id) == first)
            let second = try await writer.start(LocalBackupService.nightly, key: nil)
            #expect(try await reader.backup(second.id).state != .completed)
            let end = try await writer.wait(for: second.id)
            #expect(try await reader.backup(second.id) == end)
            #expect(try await reader.backup(first.id) == first)
        }
    }

    @Test func `a snapshot that another service forgets is seen in the backup that was read before`()
        async throws
    {
        try await withSite { site in
            var settings = site.settings()
            settings.configurations[0].retention = Retention(days: 30)
            let (reader, writer) = (try await site.open(settings), try await site.open(settings))
            let old = try await site.backdated(writer.runNightly(), by: 40)
            _ = try await writer.runNightly()
            #expect(try await reader.backup(old.id).restorable)
            #expect(try await reader.backup(old.id).restorable)
            #expect(try await writer.runCleanup().snapshotIDs == [1])
            #expect(try await !reader.backup(old.id).restorable)
        }
    }

    @Test func `a change by a foreign program is seen`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let backup = try await service.runNightly()
            #expect(try await service.backup(backup.id).filesSearched == 2)
            try Machine.execute(
                "sqlite3",
                "\(site.stateFolder)/catalog.sqlite",
                "UPDATE backup SET files_searched = 3"
            )
            #expect(try await service.backup(backup.id).filesSearched == 3)
        }
    }

    @Test func `a death that changes nothing in the catalog is seen`() async throws {
        try await withSite { site in
            let settings = try site.slowSettings(uploadLimit: 2048)
            let (reader, writer) = (try await site.open(settings), try await site.open(settings))
            let id = try await writer.start(LocalBackupService.nightly, key: nil).id
            let running = try await reader.last {
                try await reader.backup(id)
            } where: {
                $0.local?.processID != nil
            }
            let number = try #require(running.local?.processID)
            let process = try #require(ProcessIdentity(of: Int32(number)))
            await writer.shutdown()
            process.signalGroup(SIGKILL)
            try await eventually("restic is gone") { !process.isRunning }
            let end = try await reader.last {
                try await reader.backup(id)
            } where: {
                $0.state.isFinal
            }
            // Done again.
            #expect(end.state == .completed)
        }
    }

    @Test func `a service that was shut down still tells what others do`() async throws {
        try await withSite { site in
            let (reader, writer) = (try await site.open(), try await site.open())
            let first = try await writer.runNightly()
            await reader.shutdown()
            #expect(try await reader.backup(first.id) == first)
            let second = try await writer.runNightly()
            #expect(try await reader.backup(second.id) == second)
        }
    }

    @Test func `an unknown backup is unknown each time`() async throws {
        try await withSite { site in
            let service = try await site.open()
            for _ in 0..<2 {
                let error = await #expect(throws: BackupError.self) { try await service.backup("none") }
                #expect(error?.code == .unknownBackup)
            }
        }
    }
}
