import BackupAPI
import LocalBackup
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct StartKeyTests {
    @Test func `a second start with the same key answers the first backup`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let first = try await service.runNightly(key: "step-1")
            let second = try await service.start(LocalBackupService.nightly, key: "step-1")
            #expect(second == first)
            #expect(try await service.backups(BackupFilter()).count == 1)
        }
    }

    @Test func `of many concurrent starts with one key, over two services, one counts`() async throws {
        try await withSite { site in
            let services = [try await site.open(), try await site.open()]
            let ids = try await withThrowingTaskGroup(of: ResourceID<Backup>.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        try await services[number % 2].start(LocalBackupService.nightly, key: "k").id
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            let id = try #require(ids.first)
            #expect(try await services[0].wait(for: id).state == .completed)
            #expect(try await services[1].backups(BackupFilter()).count == 1)
            #expect(try await services[1].eventNames(of: .backup(id)).count == 4)
        }
    }

    @Test func `two services back up at once on one site, from an empty repository on`() async throws {
        try await withSite { site in
            let first = try await site.open()
            let second = try await site.open()
            async let one = first.runNightly()
            async let two = second.runNightly()
            let backups = [try await one, try await two]
            #expect(backups.map(\.state) == [.completed, .completed])
            #expect(Set(backups.map(\.snapshotID)) == [1, 2])
            #expect(try await first.backups(BackupFilter()).count == 2)
        }
    }

    @Test func `another service sees the news of a backup that it does not run`() async throws {
        try await withSite { site in
            try site.writeRandomBytes(4 << 20, to: "source/large.bin")
            var settings = site.settings()
            settings.repositories[0].uploadLimit = 4096
            let owner = try await site.open(settings)
            let onlooker = try await site.open(settings)
            let id = try await owner.start(LocalBackupService.nightly, key: nil).id
            var states: [ActivityState] = []
            var sawProgress = false
            for try await update in onlooker.updates(of: id) {
                if states.last != update.backup.state { states.append(update.backup.state) }
                sawProgress = sawProgress || update.progress != nil
            }
            #expect(states.suffix(2) == [.inProgress, .completed])
            #expect(sawProgress)
        }
    }
}
