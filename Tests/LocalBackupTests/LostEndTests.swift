import BackupAPI
import Foundation
import Glibc
import LocalBackup
import Testing

/// Backups whose restic and host are gone, with an end that nobody has seen.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct LostEndTests {
    /// Runs 'nightly' to its end, and makes the catalog what it was before the end was recorded.
    private func forgetEnd(_ site: TestSite) async throws -> (before: Backup, spool: Spool) {
        let service = try await site.open()
        let backup = try await service.runNightly(key: "run/0#1")
        await service.shutdown()
        try Machine.execute(
            "sqlite3",
            "\(site.stateFolder)/catalog.sqlite",
            """
            UPDATE backup SET state = 'in_progress', ended_time = NULL, snapshot_number = NULL,
                restic_snapshot = NULL, files_searched = 0, bytes_searched = 0, files_backed_up = 0,
                bytes_backed_up = 0, process_id = 1
            """
        )
        return (backup, Spool(path: "\(site.stateFolder)/spool/\(backup.id)"))
    }

    @Test func `a lost spool is made up for by the snapshot, with a warning`() async throws {
        try await withSite { site in
            let (before, _) = try await forgetEnd(site)
            let service = try await site.open()
            let backup = try await service.wait(for: before.id)
            #expect(backup.state == .completedWithErrors)
            #expect(backup.errors.reason == "end_not_seen")
            #expect(
                backup.errors.diagnostics
                    == "restic made the snapshot, and what it said of it is lost: files that it could not read are not "
                    + "known. Look at the backup's files, or start the backup again."
            )
            #expect(backup.restorable)
            #expect(backup.snapshotID == 1)
            #expect(backup.filesSearched == 2)
            #expect(backup.bytesSearched == 6)
            let names = try await service.browse(backup.id, path: site.source).map(\.name)
            #expect(names == ["a.txt", "b.txt"])
            #expect(try await service.start(LocalBackupService.nightly, key: "run/0#1").id == before.id)
        }
    }

    @Test func `a spool without an end still says which files could not be read`() async throws {
        try await withSite { site in
            let (before, spool) = try await forgetEnd(site)
            try spool.create()
            try "1 (sh) S 1 \(Array(repeating: "0", count: 17).joined(separator: " ")) 777 0\n"
                .write(toFile: spool.process, atomically: false, encoding: .utf8)
            let backup = try await site.open().wait(for: before.id)
            #expect(backup.state == .completed)
            #expect(backup.errors.diagnostics.map { $0.isEmpty } ?? true)
        }
    }

    @Test func `without a snapshot the backup is done again`() async throws {
        try await withSite { site in
            let (before, _) = try await forgetEnd(site)
            _ = try site.restic("forget", try #require(before.local?.resticSnapshotID))
            let backup = try await site.open().wait(for: before.id)
            #expect(backup.state == .completed)
            #expect(backup.filesSearched == 2)
        }
    }

    @Test func `a repository that is not there leaves the backup failed, and says so`() async throws {
        try await withSite { site in
            let (before, _) = try await forgetEnd(site)
            try FileManager.default.removeItem(atPath: site.repository)
            let backup = try await site.open().wait(for: before.id)
            #expect(backup.state == .failed)
            #expect(
                backup.errors.diagnostics
                    == "restic was killed, or its host went down, before it could end: it said nothing. Start the backup "
                    + "again; what is in the repository already is not sent twice. Whether there is a snapshot could not be "
                    + "seen: there is no repository '\(site.repository)'. Check its address, and that its disk is mounted."
            )
        }
    }

    @Test func `the lock of a cleanup that was killed does not refuse the next backup`() async throws {
        try await withSite { site in
            let first = try await site.open()
            _ = try await first.runNightly()
            await first.shutdown()
            var settings = try site.stoppingPrune()
            settings.killPatience = .zero
            let service = try await site.open(settings)
            let id = try await service.startCleanup(site.agent(of: service), key: nil).id
            try await site.pruneStops()
            try site.killRestic(of: id.rawValue)
            try FileManager.default.removeItem(atPath: site.folder + "/stopped")
            // Done once more, with the lock of the first attempt out of the way.
            try await site.pruneStops()
            try site.killRestic(of: id.rawValue)
            #expect(try await service.waitForCleanup(id).state == .failed)
            #expect(try await service.runNightly().state == .completed)
        }
    }

    @Test func `a cleanup that was killed with its host is done again, and tells what both attempts removed`()
        async throws
    {
        try await withSite { site in
            var settings = try site.stoppingPrune()
            settings.configurations[0].retention = Retention(days: 30)
            let first = try await site.open(settings)
            try site.writeRandomBytes(1 << 20, to: "source/large.bin")
            _ = try await site.backdated(first.runNightly(), by: 40)
            try FileManager.default.removeItem(atPath: site.source + "/large.bin")
            // The first one warns of the file that is gone, and a warning is not a good backup.
            _ = try await first.runNightly()
            _ = try await first.runNightly()
            let id = try await first.startCleanup(site.agent(of: first), key: "k").id
            try await site.pruneStops()
            await first.shutdown()
            try site.killRestic(of: id.rawValue)
            settings.resticProgram = site.settings().resticProgram
            let second = try await site.open(settings)
            let cleanup = try await second.waitForCleanup(id)
            #expect(cleanup.state == .completed)
            #expect(cleanup.snapshotIDs == [1])
            #expect(cleanup.bytesBefore - cleanup.bytesAfter > 900_000)
            #expect(try await second.startCleanup(site.agent(of: second), key: "k").id == id)
            #expect(try site.locks().isEmpty)
        }
    }

    @Test func `the lock of a restic that lives is left alone, and named`() async throws {
        try await withSite { site in
            let service = try await site.open()
            _ = try await service.runNightly()
            try site.writeRandomBytes(8 << 20, to: "source/large.bin")
            let foreign = try site.startRestic(["--limit-upload", "512", "backup", "--json", site.source])
            defer { foreign.terminate() }
            try await eventually("the other restic has its lock") { try !site.wholeLocks().isEmpty }
            let cleanup = try await service.runCleanup()
            #expect(cleanup.state == .failed)
            #expect(cleanup.errors.reason == "repository_locked")
            #expect(cleanup.errors.diagnostics?.contains("PID \(foreign.processIdentifier)") ?? false)
            #expect(try site.locks().count == 1)
            #expect(foreign.isRunning)
        }
    }
}

extension TestSite {
    /// Settings whose restic, once it prunes and has its exclusive lock, stands still until it is killed.
    fileprivate func stoppingPrune() throws -> LocalSettings {
        var settings = settings()
        settings.resticProgram = try writeScript(
            """
            #!/bin/sh
            if [ "$1" = prune ]; then
                (
                    until ls '\(repository)/locks' | grep -Eq '^[0-9a-f]{64}$'; do sleep 0.01; done
                    kill -STOP $$
                    touch '\(folder)/stopped'
                ) >/dev/null 2>&1 &
            fi
            exec restic "$@"

            """,
            to: "stopped-prune"
        )
        return settings
    }

    fileprivate func pruneStops() async throws {
        try await eventually("the cleanup has its lock") {
            FileManager.default.fileExists(atPath: "\(folder)/stopped")
        }
    }

    /// The locks without those that are being written.
    fileprivate func wholeLocks() throws -> [String] {
        try locks().filter { $0.count == 64 }
    }
}
