import BackupAPI
import Foundation
import LocalBackup
import Synchronization
import Testing

/// Cleanups that nobody has to ask for.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct DueCleanupTests {
    private func settings(_ site: TestSite, _ cleanup: CleanupTime?, ofSite: CleanupTime = .never)
        -> LocalSettings
    {
        var settings = site.settings()
        settings.configurations[0].keep = KeepRules([.last: 1])
        settings.configurations[0].cleanup = cleanup
        settings.cleanup = ofSite
        return settings
    }

    @Test func `nothing is due by itself where nobody says so, or where backups stay for ever`() async throws
    {
        try await withSite { site in
            let service = try await site.open(settings(site, nil))
            _ = try await service.runNightly()
            #expect(try await service.startDueCleanups().isEmpty)
            #expect(try await service.configuration(LocalBackupService.nightly).cleanup == .never)
        }
        try await withSite { site in
            var settings = settings(site, .afterBackup)
            settings.configurations[0].keep = nil
            let service = try await site.open(settings)
            _ = try await service.runNightly()
            #expect(try await service.startDueCleanups().isEmpty)
            #expect(try await service.configuration(LocalBackupService.nightly).cleanup == nil)
        }
    }

    @Test func `after a backup there is one cleanup, whoever asks and however often`() async throws {
        try await withSite { site in
            let service = try await site.open(settings(site, nil, ofSite: .afterBackup))
            let other = try await site.open(settings(site, nil, ofSite: .afterBackup))
            #expect(try await service.startDueCleanups().isEmpty, "there is no backup yet")
            let old = try await service.runNightly()
            _ = try await service.runNightly()
            let started = try await service.startDueCleanups()
            #expect(started.map(\.state) == [.startScheduled])
            #expect(try await other.startDueCleanups().isEmpty)
            let cleanup = try await service.waitForCleanup(#require(started.first).id)
            #expect(cleanup.state == .completed)
            #expect(cleanup.snapshotIDs == [1])
            #expect(try await service.startDueCleanups().isEmpty)
            #expect(try await !service.backup(old.id).restorable)
            _ = try await service.runNightly()
            let next = try #require(try await service.startDueCleanups().first)
            #expect(try await service.waitForCleanup(next.id).snapshotIDs == [2])
        }
    }

    @Test func `a backup without a snapshot brings no cleanup`() async throws {
        try await withSite { site in
            var settings = settings(site, .afterBackup)
            settings.resticProgram = site.folder + "/no-restic"
            let service = try await site.open(settings)
            #expect(try await service.runNightly().state == .failed)
            #expect(try await service.startDueCleanups().isEmpty)
        }
    }

    @Test func `once a day is once a day of UTC, after the first backup of the day`() async throws {
        try await withSite { site in
            let time = Mutex(Timestamp(microseconds: 1_767_225_600_000_000))
            let service = try await site.open(settings(site, .daily), now: { time.withLock { $0 } })
            _ = try await service.runNightly()
            let first = try #require(try await service.startDueCleanups().first)
            _ = try await service.waitForCleanup(first.id)
            _ = try await service.runNightly()
            #expect(try await service.startDueCleanups().isEmpty, "it is the same day")
            time.withLock { $0 = $0.advanced(by: .seconds(86_400)) }
            #expect(try await service.startDueCleanups().isEmpty, "there is no backup of this day yet")
            _ = try await service.runNightly()
            let second = try #require(try await service.startDueCleanups().first)
            #expect(try await service.waitForCleanup(second.id).snapshotIDs == [1, 2])
        }
    }

    @Test func `a service that looks after it cleans up once a backup is over`() async throws {
        try await withSite { site in
            let service = try await site.open(settings(site, .afterBackup))
            let looking = Task { try await service.cleanUpWhenDue() }
            defer { looking.cancel() }
            _ = try await service.runNightly()
            let cleanups = try await service.last {
                try await service.cleanups(Page())
            } where: {
                $0.first?.state.isFinal ?? false
            }
            #expect(cleanups.map(\.state) == [.completed])
        }
    }
}
