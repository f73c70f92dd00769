import BackupAPI
import Foundation
import LocalBackup
import Synchronization
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct EventTests {
    @Test func `events expire, and a marker that has gone with them counts as older than all`() async throws {
        try await withSite { site in
            let moment = Mutex(Timestamp(seconds: 1_000_000))
            let service = try await LocalBackupService.open(site.settings(), now: { moment.withLock { $0 } })
            let old = try await service.runNightly()
            let gone = try #require(try await service.events(of: .backup(old.id), Page()).last?.id)
            moment.withLock { $0 = $0.advanced(by: .seconds(86_401)) }
            let young = try await service.runNightly()
            #expect(try await service.events(of: .backup(old.id), Page()).isEmpty)
            let found = try await service.events(of: .project, Page(after: gone))
            #expect(found.first?.event == "backup_start_request")
            #expect(found.last?.event == "backup_completed")
            #expect(Set(found.map(\.backup?.id)) == [young.id.rawValue])
            await service.shutdown()
        }
    }

    @Test func `the progress of a long backup is told in events`() async throws {
        try await withSite { site in
            try site.writeRandomBytes(12 << 20, to: "source/large.bin")
            var settings = site.settings()
            settings.repositories[0].uploadLimit = 1536
            let service = try await site.open(settings)
            let backup = try await service.runNightly()
            let progress = try await service.events(of: .backup(backup.id), Page()).filter {
                $0.event == "backup_progress"
            }
            #expect(progress.count > 1)
            #expect(progress.last?.bytesRemaining == 0)
            #expect(progress.last?.totalBytes == backup.bytesSearched)
        }
    }
}
