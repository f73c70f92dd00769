import BackupAPI
import Foundation
import Glibc
import HostSystem
import LocalBackup
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct BackupTests {
    @Test func `a start answers at once, in the contract's shape`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let backup = try await service.start(LocalBackupService.nightly, key: "k1")
            var expected = backup
            expected.state = .startRequested
            expected.errors = ErrorSummary(links: [Link(href: "/v2/backups/\(backup.id)/errors", rel: "full")]
            )
            expected.links = [
                Link(href: "/v2/backups/\(backup.id)", rel: "self"),
                Link(href: "/v2/backups/\(backup.id)/events", rel: "events"),
            ]
            expected.startedTime = nil
            expected.snapshotID = nil
            expected.restorable = false
            #expect(backup == expected)
            #expect(backup.local?.key == "k1")
            #expect(backup.configuration.id == LocalBackupService.nightly)
        }
    }

    @Test func `a backup is followed where the system tells of no files`() async throws {
        try await withSite { site in
            var settings = site.settings()
            settings.folderWatch = FolderWatch(mostFolders: 0)
            let backup = try await site.open(settings).runNightly()
            #expect(backup.state == .completed)
        }
    }

    @Test func `a backup completes with restic's figures and events in order`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let backup = try await service.runNightly(key: "run 1,a")
            #expect(backup.state == .completed)
            #expect(backup.filesSearched == 2)
            #expect(backup.filesBackedUp == 2)
            #expect(backup.bytesSearched == 6)
            #expect(backup.bytesBackedUp > 0)
            #expect(backup.snapshotID == 1)
            #expect(backup.restorable)
            #expect(backup.errors.count == 0)
            #expect(backup.local?.exitCode == 0)
            #expect(backup.local?.resticVersion != nil)
            let events = try await service.eventNames(of: .backup(backup.id))
            #expect(
                events == [
                    "backup_start_request", "backup_preparing", "backup_in_progress", "backup_completed",
                ]
            )
            let snapshots = try site.restic("snapshots", "--json")
            let tags = [
                "run:run_1_a", "configuration:\(LocalBackupService.nightly)", "agent:\(backup.agent.id)",
            ]
            #expect(snapshots.contains("\"tags\":[" + tags.map { "\"\($0)\"" }.joined(separator: ",") + "]"))
            #expect(snapshots.contains(#""hostname":"test-host""#))
            let again = try await service.runNightly()
            #expect(again.snapshotID == 2)
            #expect(again.filesBackedUp == 0)
            #expect(try await service.backups(BackupFilter()).map(\.id) == [again.id, backup.id])
            let last = try await service.configuration(LocalBackupService.nightly).backups.lastCompleted
            #expect(last?.id == again.id)
        }
    }

    @Test func `exclusions are left out, also with characters that are special in patterns`() async throws {
        try await withSite { site in
            for name in ["cache[1]*", "cache1x", "kept"] {
                try FileManager.default.createDirectory(
                    atPath: "\(site.source)/\(name)",
                    withIntermediateDirectories: true
                )
                try site.write("x", to: "source/\(name)/in \(name)")
            }
            let settings = site.settings(exclusions: ["\(site.source)/cache[1]*/", "\(site.source)/a.txt"])
            let backup = try await site.open(settings).runNightly()
            #expect(backup.state == .completed)
            let names = try site.snapshotNames()
            #expect(names.isSuperset(of: ["b.txt", "in cache1x", "in kept"]))
            #expect(names.isDisjoint(with: ["a.txt", "in cache[1]*", "cache[1]*"]))
        }
    }

    @Test func `names with line ends and with bytes that are not UTF-8 are backed up`() async throws {
        try await withSite { site in
            try site.write("x", to: "source/two\nlines {\"message_type\":\"summary\"}")
            let name = (Array("\(site.source)/odd-".utf8) + [0xff, 0xfe, 0]).map { CChar(bitPattern: $0) }
            close(open(name, O_WRONLY | O_CREAT, 0o600))
            let backup = try await site.open().runNightly()
            #expect(backup.state == .completed)
            #expect(backup.filesSearched == 4)
        }
    }

    @Test func `a folder whose name has a line end can be a source`() async throws {
        try await withSite { site in
            let folder = site.folder + "/new\nline, $HOME 'quoted'"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/f"))
            let backup = try await site.open(site.settings(inclusions: [folder])).runNightly()
            #expect(backup.state == .completed)
            #expect(backup.filesSearched == 1)
        }
    }

    @Test func `progress is told while restic runs, the final record last`() async throws {
        try await withSite { site in
            try site.writeRandomBytes(6 << 20, to: "source/large.bin")
            var settings = site.settings()
            settings.repositories[0].uploadLimit = 4096
            let service = try await site.open(settings)
            let id = try await service.start(LocalBackupService.nightly, key: nil).id
            var updates: [BackupUpdate] = []
            for try await update in service.updates(of: id) { updates.append(update) }
            #expect(updates.contains { ($0.progress?.totalBytes ?? 0) > 0 })
            #expect(updates.dropLast().allSatisfy { !$0.backup.state.isFinal })
            #expect(updates.last?.backup.state == .completed)
        }
    }

    @Test func `a source that became empty is a warning every time`() async throws {
        try await withSite { site in
            let service = try await site.open()
            #expect(try await service.runNightly().state == .completed)
            try FileManager.default.removeItem(atPath: site.source + "/a.txt")
            try FileManager.default.removeItem(atPath: site.source + "/b.txt")
            for _ in 0..<2 {
                let backup = try await service.runNightly()
                #expect(backup.state == .completedWithErrors)
                #expect(backup.errors.reason == "source_shrank")
                #expect(backup.restorable)
            }
        }
    }

    @Test func `a backup of an unknown id is an error`() async throws {
        try await withSite { site in
            let service = try await site.open()
            for call in [
                { _ = try await service.backup("nope") }, { _ = try await service.errors(of: "nope") },
                { _ = try await service.stop("nope") }, { _ = try await service.wait(for: "nope") },
            ] as [@Sendable () async throws -> Void] {
                let error = await #expect(throws: BackupError.self) { try await call() }
                #expect(error?.code == .unknownBackup)
            }
        }
    }
}
