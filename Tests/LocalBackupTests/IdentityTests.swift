import BackupAPI
import Foundation
import LocalBackup
import Testing

/// Whose snapshots are whose, where several sites or hosts share a repository.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct IdentityTests {
    /// Settings of another site with the same repository and a configuration of the same name.
    private func neighbour(_ site: TestSite) -> LocalSettings {
        var settings = site.settings()
        settings.stateFolder = site.folder + "/neighbour"
        return settings
    }

    @Test func `a cleanup touches nothing of another site's with the same configuration`() async throws {
        try await withSite { site in
            let other = try await site.open(neighbour(site))
            let old = try await other.runNightly()
            _ = try await other.runNightly()
            var settings = site.settings()
            settings.configurations[0].retention = Retention(days: 1)
            let service = try await site.open(settings)
            #expect(try await service.agents().first?.id != other.agents().first?.id)
            // The other site's snapshots as they were, forty days ago.
            _ = try site.restic("forget", try #require(old.local?.resticSnapshotID))
            _ = try site.restic(
                "backup",
                "--time",
                "2020-01-01 00:00:00",
                "--host",
                "test-host",
                "--tag",
                "run:\(old.id),configuration:\(LocalBackupService.nightly),agent:\(old.agent.id)",
                site.source
            )
            _ = try await service.runNightly()
            #expect(try await service.runCleanup().state == .completed)
            #expect(try site.restic("snapshots", "--json").contains("2020-01-01"))
        }
    }

    @Test func `a snapshot of the time before agents belongs to its host`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.configurations[0].retention = Retention(days: 1)
            let service = try await site.open(settings)
            _ = try await service.runNightly()
            for host in ["test-host", "other-host"] {
                let tag = "run:x,configuration:\(LocalBackupService.nightly)"
                _ = try site.restic(
                    "backup",
                    "--time",
                    "2020-01-01 00:00:00",
                    "--host",
                    host,
                    "--tag",
                    tag,
                    site.source
                )
            }
            #expect(try await service.runCleanup().state == .completed)
            let left = try site.restic("snapshots", "--json")
            #expect(!left.contains(#""time":"2020-01-01T00:00:00Z","tree"#) || left.contains("other-host"))
            #expect(left.components(separatedBy: "2020-01-01").count == 2, "only the other host's is left")
        }
    }

    @Test func `the newest good snapshot stays, however old it is`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.configurations[0].retention = Retention(days: 1)
            let service = try await site.open(settings)
            let good = try await site.backdated(service.runNightly(), by: 100)
            for name in ["a.txt", "b.txt"] {
                try FileManager.default.removeItem(atPath: "\(site.source)/\(name)")
            }
            // An empty source is a warning each time, and no good backup.
            #expect(try await service.runNightly().state == .completedWithErrors)
            let cleanup = try await service.runCleanup()
            #expect(cleanup.state == .completed)
            #expect(cleanup.snapshotIDs.isEmpty)
            #expect(try await service.backup(good.id).restorable)
        }
    }

    @Test func `a host keeps its agent, and a catalog that is copied to another machine does not`()
        async throws
    {
        try await withSite { site in
            let first = try await site.open().agents().first?.id
            #expect(try await site.open().agents().first?.id == first)
            try Machine.execute(
                "sqlite3",
                "\(site.stateFolder)/catalog.sqlite",
                "UPDATE agent SET machine = 'another machine'"
            )
            #expect(try await site.open().agents().first?.id != first)
        }
    }

    @Test func `a backup whose snapshot somebody has removed is not called restorable`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let old = try await service.runNightly()
            let tagged = try await service.runNightly()
            _ = try site.restic("forget", try #require(old.local?.resticSnapshotID))
            // This one gets another id, and is there.
            _ = try site.restic("tag", "--add", "kept", try #require(tagged.local?.resticSnapshotID))
            let found = try await service.backups(BackupFilter())
            #expect(found.map(\.restorable) == [true, false])
        }
    }

    @Test func `an id that a configuration had is not given to another one`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let draft = ConfigurationDraft(
                id: "chosen",
                name: "made",
                inclusions: [PathRule(type: .folder, path: site.source)]
            )
            let made = try await service.create(draft)
            try await service.delete(made.id)
            let error = await #expect(throws: BackupError.self) { try await service.create(draft) }
            #expect(
                error?.description
                    == "the id 'chosen' was that of a configuration before. Leave the id out: a new one is made."
            )
        }
    }
}
