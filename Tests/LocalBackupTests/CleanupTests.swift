import BackupAPI
import Foundation
import LocalBackup
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct CleanupTests {
    @Test func `a cleanup forgets by retention, removes the data and says what went`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.configurations[0].retention = Retention(days: 30)
            let service = try await site.open(settings)
            try site.writeRandomBytes(1 << 20, to: "source/large.bin")
            let old = try await site.backdated(service.runNightly(), by: 40)
            try FileManager.default.removeItem(atPath: site.source + "/large.bin")
            // The first one warns of the file that is gone, and a warning is not a good backup.
            _ = try await service.runNightly()
            let young = try await service.runNightly()
            let cleanup = try await service.runCleanup()
            #expect(cleanup.state == .completed)
            #expect(cleanup.snapshotIDs == [1])
            #expect(cleanup.bytesBefore - cleanup.bytesAfter > 900_000)
            #expect(cleanup.errors.diagnostics == nil)
            #expect(try await !service.backup(old.id).restorable)
            #expect(try await service.backup(young.id).restorable)
            let error = await #expect(throws: BackupError.self) {
                try await service.startRestore(site.draft(old), key: nil)
            }
            #expect(error?.description == "backup '\(old.id)' cannot be restored")
            let again = try await service.runCleanup()
            #expect(again.snapshotIDs.isEmpty)
            #expect(try site.locks().isEmpty)
        }
    }

    @Test func `a retention of 0 days keeps everything, and so does a deleted configuration`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let first = try await site.backdated(service.runNightly(), by: 4_000)
            _ = try await service.runNightly()
            let made = try await service.create(
                ConfigurationDraft(
                    name: "made",
                    retention: Retention(days: 1),
                    inclusions: [PathRule(type: .folder, path: site.source)]
                )
            )
            let second = try await site.backdated(
                service.wait(for: service.start(made.id, key: nil).id),
                by: 400
            )
            _ = try await service.wait(for: service.start(made.id, key: nil).id)
            try await service.delete(made.id)
            let cleanup = try await service.runCleanup()
            #expect(cleanup.state == .completed)
            #expect(cleanup.snapshotIDs.isEmpty)
            #expect(
                cleanup.errors.diagnostics
                    == "2 snapshots of the configuration 'made' (id \(made.id)), which is not here any more, stay for "
                    + "ever: give that id to the configuration that takes its place, or remove them with restic."
            )
            #expect(try await service.backup(first.id).restorable)
            #expect(try await service.backup(second.id).restorable)
        }
    }

    @Test func `a cleanup without a repository has failed and says so`() async throws {
        try await withSite(hasRepository: false) { site in
            let service = try await site.open()
            let cleanup = try await service.runCleanup()
            #expect(cleanup.state == .failed)
            #expect(cleanup.errors.reason == "repository_missing")
            #expect(
                cleanup.errors.diagnostics
                    == "there is no repository '\(site.repository)'. Check its address, and that its disk is mounted."
            )
        }
    }

    @Test func `the lock of a restic that was killed does not refuse a cleanup`() async throws {
        try await withSite { site in
            var settings = try site.slowSettings(uploadLimit: 2048)
            settings.killPatience = .zero
            let service = try await site.open(settings)
            let id = try await service.start(LocalBackupService.nightly, key: nil).id
            var killed: Set<Int> = []
            for try await update in service.updates(of: id) where (update.progress?.bytesDone ?? 0) > 0 {
                let number = try #require(update.backup.local?.processID)
                guard killed.insert(number).inserted else { continue }
                ProcessIdentity(of: Int32(number))?.signalGroup(9)
            }
            #expect(killed.count == 2, "it is done once more")
            #expect(try await service.backup(id).state == .failed)
            #expect(try site.locks().isEmpty, "what was killed has left none")
            #expect(try await service.runCleanup().state == .completed)
            #expect(try site.locks().isEmpty)
        }
    }
}

extension TestSite {
    /// Makes a backup's snapshot so many days older; restic can only write a copy with another time.
    func backdated(_ backup: Backup, by days: Int) throws -> Backup {
        let time = Timestamp(
            seconds: Date(timeIntervalSinceNow: -86_400 * Double(days)).timeIntervalSince1970
        )
        let stamp = time.wholeSeconds.prefix(19).replacing("T", with: " ")
        let snapshot = try #require(backup.local?.resticSnapshotID)
        let tags = "run:\(backup.local?.key ?? backup.id.rawValue),configuration:\(backup.configuration.id)"
        _ = try restic("forget", snapshot)
        _ = try restic(
            "backup",
            "--json",
            "--time",
            String(stamp),
            "--host",
            "test-host",
            "--tag",
            tags,
            source
        )
        let copy = try #require(
            try restic("snapshots", "--json", "--tag", tags).firstMatch(of: #/"id":"([0-9a-f]{64})"/#)?.1
        )
        try Machine.execute(
            "sqlite3",
            stateFolder + "/catalog.sqlite",
            "UPDATE backup SET restic_snapshot = '\(copy.prefix(8))' WHERE id = '\(backup.id)'"
        )
        return backup
    }
}
