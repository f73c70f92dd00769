import BackupAPI
import Foundation
import Glibc
import LocalBackup
import Testing

@Suite(.enabled(if: Machine.hasRestic, "restic is not installed"), .timeLimit(.minutes(10)))
struct RestoreTests {
    @Test func `a restore writes below the destination, with figures and events`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let backup = try await service.runNightly(key: "run 1,a")
            let restore = try await service.run(site.draft(backup))
            #expect(restore.state == .completed)
            #expect(restore.filesRestored == 2)
            #expect(restore.bytesRestored == 6)
            #expect(restore.errors.count == 0)
            #expect(site.restored("a.txt") == "one")
            #expect(try site.stagings(in: "restored").isEmpty)
            #expect(
                try await service.eventNames(of: .restore(restore.id)) == [
                    "restore_start_request", "restore_in_progress", "restore_completed",
                ]
            )
            let progress = try await service.events(of: .restore(restore.id), Page()).compactMap(
                \.bytesCompleted
            )
            #expect(progress == [0, 6])
        }
    }

    @Test func `exclusions are left out, also with characters that are special in patterns`() async throws {
        try await withSite { site in
            for name in ["c[1]*", "c1x"] {
                try FileManager.default.createDirectory(
                    atPath: "\(site.source)/\(name)",
                    withIntermediateDirectories: true
                )
                try site.write("x", to: "source/\(name)/f")
            }
            let service = try await site.open()
            let backup = try await service.runNightly()
            let restore = try await service.run(
                site.draft(backup, except: ["source/c[1]*", "source/b.txt"])
            )
            #expect(restore.state == .completed)
            #expect(restore.filesRestored == 2)
            #expect(site.restored("c1x/f") == "x")
            #expect(site.restored("a.txt") == "one")
            #expect(site.restored("c[1]*/f") == nil)
            #expect(site.restored("b.txt") == nil)
        }
    }

    @Test func `files that are there stay as they are, unless they shall be overwritten`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let backup = try await service.runNightly()
            try site.write("changed", to: "source/a.txt")
            try FileManager.default.removeItem(atPath: site.source + "/b.txt")
            let kept = try await service.run(site.draft(backup, to: nil))
            #expect(kept.state == .completed)
            #expect(kept.filesRestored == 1)
            #expect(kept.bytesRestored == 3)
            #expect(site.text("source/a.txt") == "changed")
            #expect(site.text("source/b.txt") == "two")
            #expect(try site.stagings(in: "source").isEmpty)
            let replaced = try await service.run(site.draft(backup, to: nil, overwriting: true))
            #expect(replaced.state == .completed)
            #expect(replaced.filesRestored == 2)
            #expect(site.text("source/a.txt") == "one")
        }
    }

    @Test func `a folder that is gone comes back to its place with its links and its modes`() async throws {
        try await withSite { site in
            try FileManager.default.createDirectory(
                atPath: site.source + "/deep/er",
                withIntermediateDirectories: true
            )
            try site.write("x", to: "source/deep/er/f")
            chmod(site.source + "/deep/er", 0o550)
            symlink("f", site.source + "/deep/er/l")
            let service = try await site.open()
            let backup = try await service.runNightly()
            chmod(site.source + "/deep/er", 0o750)
            try FileManager.default.removeItem(atPath: site.source)
            let restore = try await service.run(site.draft(backup, to: nil))
            #expect(restore.state == .completed)
            #expect(restore.filesRestored == 3)
            #expect(site.text("source/deep/er/l") == "x")
            let mode = try FileManager.default.attributesOfItem(atPath: site.source + "/deep/er")
            #expect(mode[.posixPermissions] as? Int == 0o550)
            #expect(try site.stagings(in: "").isEmpty)
        }
    }

    @Test(.enabled(if: Machine.canMount, "file systems cannot be mounted here"))
    func `files get to places on another file system, whole and only where nothing is`() async throws {
        try await withSite { site in
            try FileManager.default.createDirectory(
                atPath: site.source + "/mounted/deep",
                withIntermediateDirectories: true
            )
            for name in ["one", "two", "deep/three"] { try site.write(name, to: "source/mounted/\(name)") }
            let service = try await site.open()
            let backup = try await service.runNightly()
            let place = "restored\(site.source)/mounted"
            try FileManager.default.createDirectory(
                atPath: "\(site.folder)/\(place)",
                withIntermediateDirectories: true
            )
            try Machine.execute("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "\(site.folder)/\(place)")
            defer { try? Machine.execute("umount", "\(site.folder)/\(place)") }
            try site.write("changed", to: place + "/two")
            let restore = try await service.run(site.draft(backup))
            #expect(restore.state == .completed)
            #expect(restore.filesRestored == 4)
            #expect(site.text(place + "/one") == "one")
            #expect(site.text(place + "/two") == "changed")
            #expect(site.text(place + "/deep/three") == "deep/three")
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(site.folder)/\(place)")
            #expect(Set(names) == ["one", "two", "deep"])
        }
    }

    @Test func `names that are not UTF-8 are restored and counted`() async throws {
        try await withSite { site in
            let name = (Array("\(site.source)/odd-".utf8) + [0xff, 0xfe, 0]).map { CChar(bitPattern: $0) }
            close(open(name, O_WRONLY | O_CREAT, 0o600))
            let service = try await site.open()
            let backup = try await service.runNightly()
            unlink(name)
            let restore = try await service.run(site.draft(backup, to: nil))
            #expect(restore.state == .completed)
            #expect(access(name, F_OK) == 0)
        }
    }

    @Test func `a path that the backup has not is an error, and nothing else a failure`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let backup = try await service.runNightly()
            let partial = try await service.run(site.draft(backup, ["source", "nowhere"]))
            #expect(partial.state == .completedWithErrors)
            #expect(partial.filesRestored == 2)
            let path = site.folder + "/nowhere"
            let errors = try await service.errors(ofRestore: partial.id)
            #expect(errors.diagnostics == "1 path could not be restored: '\(path)' (is not in the backup)")
            #expect(errors.list.map(\.path) == [path])
            let failed = try await service.run(site.draft(backup, ["nowhere"]))
            #expect(failed.state == .failed)
            #expect(failed.errors.reason == "not_in_backup")
            #expect(
                failed.errors.diagnostics
                    == "backup '\(backup.id)' has nothing at '\(path)'. Browse the backup to see what it has."
            )
        }
    }

    @Test func `a damaged file is not restored, and named`() async throws {
        try await withSite { site in
            let service = try await site.open()
            try site.writeRandomBytes(1 << 20, to: "source/large.bin")
            let backup = try await service.runNightly()
            try site.damageLargestPack()
            let restore = try await service.run(site.draft(backup))
            #expect([.completedWithErrors, .failed].contains(restore.state))
            let list = try await service.errors(ofRestore: restore.id).list
            #expect(list.contains { $0.path == site.source + "/large.bin" })
            #expect(site.restored("large.bin") == nil)
            #expect(try site.stagings(in: "restored").isEmpty)
        }
    }

    @Test func `a snapshot that is gone is a failure that says so`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let backup = try await service.runNightly()
            _ = try site.restic("forget", try #require(backup.local?.resticSnapshotID))
            let restore = try await service.run(site.draft(backup))
            #expect(restore.state == .failed)
            #expect(
                restore.errors.diagnostics
                    == "the repository '\(site.repository)' has no snapshot of backup '\(backup.id)'. Choose another backup."
            )
        }
    }

    @Test func `a snapshot whose tags were changed is found by its tags`() async throws {
        try await withSite { site in
            let service = try await site.open()
            let backup = try await service.runNightly()
            _ = try site.restic("tag", "--add", "kept", "latest")
            #expect(try await service.run(site.draft(backup)).state == .completed)
        }
    }
}

extension TestSite {
    /// Overwrites bytes in the middle of the pack that has the most data.
    fileprivate func damageLargestPack() throws {
        let data = URL(filePath: repository + "/data")
        let files = FileManager.default.enumerator(at: data, includingPropertiesForKeys: [.fileSizeKey])
        let sizes = try (files?.allObjects ?? []).compactMap { $0 as? URL }.map { url in
            (url, try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0)
        }
        let largest = try #require(sizes.max { $0.1 < $1.1 }).0
        chmod(largest.path, 0o600)
        let file = try FileHandle(forWritingTo: largest)
        try file.seek(toOffset: 1_000)
        try file.write(contentsOf: Data("damaged".utf8))
        try file.close()
    }
}
