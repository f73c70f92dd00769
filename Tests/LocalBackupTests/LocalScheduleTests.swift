import BackupAPI
import BackupTesting
import LocalBackup
import Testing

/// Schedules against the local service's own catalog. There is no restic: every backup that starts fails.
@Suite(.timeLimit(.minutes(10))) struct LocalScheduleTests {
    private static func settings(_ site: TestSite) -> LocalSettings {
        var settings = site.settings()
        settings.resticProgram = site.folder + "/no-restic"
        settings.configurations[0].schedule = ScheduleBench.hourly
        return settings
    }

    private static func open(_ site: TestSite, _ bench: ScheduleBench) async throws -> LocalBackupService {
        try await site.open(
            settings(site),
            now: { [clock = bench.clock] in
                ScheduleBench.beginning.advanced(by: clock.now.offset)
            }
        )
    }

    private static func key(_ hours: Int) -> String { ScheduleBench.key(hours, LocalBackupService.nightly) }

    @Test func `a backup of a slot is scheduled first, one by hand is requested`() async throws {
        try await withSite { site in
            let service = try await Self.open(site, ScheduleBench())
            let other = SlotKey(configuration: "other", slot: ScheduleBench.beginning).text
            for (key, state) in [
                (Self.key(1), ActivityState.startScheduled), (other, .startRequested), (nil, .startRequested),
            ] {
                let backup = try await service.start(LocalBackupService.nightly, key: key)
                #expect(backup.state == state)
                #expect(try await service.wait(for: backup.id).state == .failed)
            }
        }
    }

    @Test func `a configuration says when its next backup is due`() async throws {
        try await withSite { site in
            let bench = ScheduleBench()
            let service = try await Self.open(site, bench)
            bench.clock.advance(by: .seconds(3_600))
            let next = ScheduleBench.beginning.advanced(by: .seconds(7_200))
            #expect(
                try await service.configurations().map(\.backups.next) == [NextBackup(scheduledTime: next)]
            )
            let one = try await service.configuration(LocalBackupService.nightly)
            #expect(one.backups.next == NextBackup(scheduledTime: next))
        }
    }

    @Test func `a disabled configuration has no next backup`() async throws {
        try await withSite { site in
            var settings = Self.settings(site)
            settings.configurations[0].enabled = false
            let service = try await site.open(settings)
            #expect(try await service.configurations().map(\.backups.next) == [nil])
        }
    }

    @Test func `a wrong schedule is refused when the site is opened`() async throws {
        try await withSite { site in
            var settings = Self.settings(site)
            settings.configurations[0].schedule = Schedule(recurrence: ["RRULE:FREQ=YEARLY"], timeZone: "UTC")
            let error = try await #require(throws: BackupError.self) { try await site.open(settings) }
            #expect(error.code == .invalidConfiguration)
            #expect(
                error.message == """
                    configuration 'nightly': the recurrence 'RRULE:FREQ=YEARLY' has the FREQ 'YEARLY'; known are \
                    HOURLY, DAILY and WEEKLY
                    """
            )
        }
    }

    @Test func `two schedulers start each slot once`() async throws {
        try await withSite { site in
            let bench = ScheduleBench()
            let services = [try await Self.open(site, bench), try await Self.open(site, bench)]
            let schedulers = services.map { bench.scheduler($0, store: $0) }
            for scheduler in schedulers { await scheduler.pass() }
            for hour in 1...3 {
                bench.clock.advance(by: .seconds(3_600))
                async let one = schedulers[0].pass()
                async let two = schedulers[1].pass()
                _ = await (one, two)
                let backups = try await services[0].backups(BackupFilter())
                #expect(backups.map(\.local?.key) == (1...hour).reversed().map(Self.key))
                for backup in backups { _ = try await services[0].wait(for: backup.id) }
            }
        }
    }

    @Test func `a scheduler that dies between the start and its note starts nothing again`() async throws {
        try await withSite { site in
            let bench = ScheduleBench()
            let service = try await Self.open(site, bench)
            let scheduler = bench.scheduler(service, store: service)
            await scheduler.pass()
            let mark = try #require(try await service.mark(of: LocalBackupService.nightly))
            bench.clock.advance(by: .seconds(3_600))
            await scheduler.pass()
            try await service.setMark(mark, of: LocalBackupService.nightly)
            await scheduler.pass()
            let backups = try await service.backups(BackupFilter())
            #expect(backups.map(\.local?.key) == [Self.key(1)])
            _ = try await service.wait(for: backups[0].id)
            bench.clock.advance(by: .seconds(7_200))
            try await service.setMark(mark, of: LocalBackupService.nightly)
            await scheduler.pass()
            let after = try await service.backups(BackupFilter())
            #expect(Set(after.map(\.local?.key)) == [Self.key(1), Self.key(2), Self.key(3)])
            #expect(after.filter { $0.state == .missed }.map(\.local?.key) == [Self.key(2)])
        }
    }

    @Test func `missed slots are backups that are over, with an event and a reason`() async throws {
        try await withSite { site in
            let bench = ScheduleBench()
            let first = try await Self.open(site, bench)
            await bench.scheduler(first, store: first).pass()
            bench.clock.advance(by: .seconds(2 * 3_600 + 1))
            let service = try await Self.open(site, bench)
            await bench.scheduler(service, store: service).pass()
            let missed = try #require(
                try await service.backups(BackupFilter(states: [.missed])).first
            )
            #expect(missed.local?.key == Self.key(1))
            #expect(missed.startedTime == nil)
            #expect(missed.endedTime == bench.now)
            #expect(missed.errors.reason == "missed")
            #expect(
                missed.errors.diagnostics == """
                    no scheduler ran, or it could not start the backup, at the scheduled time 2024-01-01T01:00:00Z
                    """
            )
            #expect(try await service.eventNames(of: .backup(missed.id)) == ["backup_missed"])
            #expect(try await service.wait(for: missed.id).state == .missed)
        }
    }
}
