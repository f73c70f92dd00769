import BackupAPI
import Foundation
import Glibc
import LocalBackup
import Testing

/// What a restore does where something is in the way.
@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(5)))
struct RestorePlaceTests {
    @Test(arguments: [false, true])
    func `a restore does not leave its destination through a link`(overwriting: Bool) async throws {
        try await withSite { site in
            try FileManager.default.createDirectory(
                atPath: site.source + "/conf.d",
                withIntermediateDirectories: true
            )
            try site.write("job", to: "source/conf.d/job")
            let service = try await site.open()
            let backup = try await service.runNightly()
            let place = "\(site.folder)/restored\(site.source)"
            for folder in [place, site.folder + "/protected"] {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            try site.write("precious", to: "protected/a.txt")
            try #require(symlink(site.folder + "/protected", place + "/conf.d") == 0)
            try #require(symlink(site.folder + "/protected/a.txt", place + "/a.txt") == 0)
            let restore = try await service.run(site.draft(backup, overwriting: overwriting))
            #expect(restore.state == .completedWithErrors)
            #expect(site.text("protected/job") == nil)
            #expect(site.text("protected/a.txt") == "precious")
            #expect(restore.filesRestored == (overwriting ? 2 : 1))
            #expect(
                restore.errors.diagnostics?.hasPrefix(
                    "1 path could not be restored: '\(place)/conf.d' (is a link, and the restore follows none)"
                ) == true
            )
        }
    }

    @Test func `files that are there and are kept are counted, with the way to replace them`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let backup = try await service.runNightly()
            try site.write("mine", to: "source/a.txt")
            let restore = try await service.run(site.draft(backup, to: nil))
            #expect(restore.state == .completed)
            #expect(restore.filesRestored == 0)
            #expect(
                restore.errors.diagnostics
                    == "2 files were there already and were kept. To replace what is there, restore with "
                    + "'overwrite_files' ('moonkeep restore --overwrite')."
            )
            #expect(site.text("source/a.txt") == "mine")
        }
    }

    @Test func `a folder that cannot be placed is an error`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let backup = try await service.runNightly()
            try FileManager.default.removeItem(atPath: site.source)
            try site.write("a file", to: "source")
            let restore = try await service.run(site.draft(backup, to: nil))
            #expect(restore.state == .failed)
            #expect(
                restore.errors.diagnostics
                    == "1 path could not be restored: '\(site.source)' (is no folder, and has the place of one)"
            )
        }
    }

    @Test func `the root stands for all that a backup has, whatever its configuration says now`() async throws
    {
        try await withSite { site in
            let backup = try await site.open().runNightly()
            let service = try await site.open(site.settings(inclusions: [site.folder + "/home"]))
            var draft = site.draft(backup)
            draft.inclusions = [PathRule(type: .folder, path: "/")]
            let restore = try await service.run(draft)
            #expect(restore.state == .completed)
            #expect(restore.filesRestored == 2)
            #expect(site.restored("a.txt") == "one")
        }
    }

    @Test func `a file that was brought to its place before a kill is counted`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let backup = try await service.runNightly()
            try FileManager.default.removeItem(atPath: site.source + "/a.txt")
            try FileManager.default.removeItem(atPath: site.source + "/b.txt")
            let restore = try await service.run(site.draft(backup, to: nil))
            #expect(restore.filesRestored == 2)
            #expect(site.text("source/b.txt") == "two")
        }
    }
}
