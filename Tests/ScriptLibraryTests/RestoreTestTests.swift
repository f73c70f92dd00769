import BackupAPI
import BackupTesting
import Foundation
import LuaKit
import PluginHost
import RunJournal
import ScriptLibrary
import Synchronization
import Testing

/// Test restores over real files.
@Suite(.timeLimit(.minutes(5))) struct RestoreTestTests {
    let source: TestFolder
    let temporary: TestFolder

    init() throws {
        source = try TestFolder()
        temporary = try TestFolder()
        for (name, text) in [
            ("a", "alpha"), ("b", "beta"), ("deep/c", "gamma"), ("deep/d", ""), ("deep/er/e", "epsilon"),
        ] {
            let path = source.path + "/" + name
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: URL(filePath: path))
        }
    }

    private func fixture(
        restores: [BackupScript] = [],
        spoil: @escaping @Sendable (_ destination: String) throws -> Void = { _ in }
    ) throws -> LibraryFixture {
        var service = try FolderService(folder: source.path, restores: restores)
        service.spoil = spoil
        return try LibraryFixture(
            [.restore(temporaryFolder: temporary.path)],
            permissions: ["restore:start"],
            service: service
        )
    }

    private static let script = """
        local b = backup.run("web-files")
        local ok, found = pcall(restore.test, b, { count = 10 })
        local data = ok and found or found.data
        local function list(paths)
            local names = {}
            for i, path in ipairs(paths) do names[i] = path:match("[^/]+$") end
            return table.concat(names, " ")
        end
        return data.checked, data.matched, list(data.missing), list(data.changed), list(data.unreadable), not ok and found.code
        """

    @Test func `a sample is restored, compared with its originals and removed`() async throws {
        let fixture = try fixture()
        let found = try await fixture.values(Self.script)
        #expect(found == [5, 5, "", "", "", false])
        #expect(temporary.contents.isEmpty)
        let values = try await fixture.values(
            "local f = restore.test(backup.latest('web-files'), { count = 10 }); return f.bytes, f.files[1].sha256, f.files[1].path"
        )
        #expect(
            values == [
                21, "8ed3f6ad685b959ead7022518e1af76cd816f8e8ec7ccdda1ed4018e8f2223f8",
                .string(source.path + "/a"),
            ]
        )
    }

    @Test func `what is no regular file is no part of the sample`() async throws {
        try #require(mkfifo(source.path + "/pipe", 0o600) == 0)
        try FileManager.default.createSymbolicLink(
            atPath: source.path + "/link",
            withDestinationPath: source.path + "/a"
        )
        let found = try await fixture().values(Self.script)
        #expect(found == [5, 5, "", "", "", false])
    }

    @Test func `a service that lists a whole backup is asked once, and all of it may be chosen`() async throws
    {
        for folder in 0..<60 {
            let path = "\(source.path)/many/\(folder)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for file in 0..<4 { try Data("x".utf8).write(to: URL(filePath: "\(path)/\(file)")) }
        }
        let service = ListingService(base: try FolderService(folder: source.path), folder: source.path)
        let fixture = try LibraryFixture(
            [.restore(temporaryFolder: temporary.path)],
            permissions: ["restore:start"],
            service: service
        )
        let values = try await fixture.values(
            """
            local folders, count = {}, 0
            for _, f in ipairs(restore.test(backup.run("web-files"), { count = 100 }).files) do
                local folder = f.path:match("/many/(%d+)/")
                if folder and not folders[folder] then folders[folder] = true count = count + 1 end
            end
            return count > 40
            """
        )
        #expect(values == [true])
        #expect(service.lists.withLock { $0 } == 1)
    }

    @Test func `an original that has changed since proves nothing`() async throws {
        let path = source.path + "/a"
        let fixture = try fixture { _ in try Data("other".utf8).write(to: URL(filePath: path)) }
        let found = try await fixture.values(Self.script)
        #expect(found == [5, 4, "", "", "", false])
    }

    @Test func `what is missing or changed is named, and the call raises`() async throws {
        let folder = source.path
        let fixture = try fixture { destination in
            try FileManager.default.removeItem(atPath: destination + folder + "/b")
            // The same size and time, and other contents.
            let file = destination + folder + "/deep/c"
            let time = try FileManager.default.attributesOfItem(atPath: file).filter {
                $0.key == .modificationDate
            }
            try Data("gamme".utf8).write(to: URL(filePath: file))
            try FileManager.default.setAttributes(time, ofItemAtPath: file)
            try Data("longer".utf8).write(to: URL(filePath: destination + folder + "/a"))
        }
        let found = try await fixture.values(Self.script)
        #expect(found == [5, 2, "b", "a c", "", "restore_test_failed"])
        let failure = try await fixture.failure("restore.test(backup.latest('web-files'))")
        #expect(
            failure == """
                test.lua:1: the test restore of backup '\(ResourceID<Backup>.make(1))' found 5 files of which not all are good: \
                1 missing (\(folder)/b), 2 changed (\(folder)/a, \(folder)/deep/c)
                """
        )
        #expect(temporary.contents.isEmpty)
    }

    @Test func `a restore that fails is no test, and its folder goes away`() async throws {
        let fixture = try fixture(restores: [.fails])
        #expect(
            try await fixture.failure("restore.test(backup.run('web-files'))") == """
                test.lua:1: the restore of backup '\(ResourceID<Backup>.make(1))' ended as failed: the source cannot be read
                """
        )
        #expect(temporary.contents.isEmpty)
    }

    @Test func `a cancelled test stops the restore and removes its folder`() async throws {
        let fixture = try fixture(restores: [.runsUntilStopped])
        let running = Task { try await fixture.run("restore.test(backup.run('web-files'))") }
        try await fixture.clock.waitForSleepers(1)
        #expect(!temporary.contents.isEmpty)
        running.cancel()
        #expect(try await running.value.outcome == .stopped)
        #expect(temporary.contents.isEmpty)
        let restore = try await fixture.service.restore(.make(100_001))
        #expect(restore.state == .stopped)
    }

    @Test func `the seed chooses the files`() async throws {
        let fixture = try fixture()
        func chosen(_ options: String) async throws -> [LuaValue] {
            try await fixture.values(
                """
                local names = {}
                for i, f in ipairs(restore.test(backup.run("web-files"), { count = 2, \(options) }).files) do names[i] = f.path end
                return table.concat(names, " ")
                """
            )
        }
        #expect(try await chosen("seed = 'x'") == chosen("seed = 'x'"))
        var all: Set<[LuaValue]> = []
        for seed in 0..<8 { all.insert(try await chosen("seed = \(seed)")) }
        #expect(all.count > 1)
    }
}

/// A service that lists whole backups, and no folders.
private final class ListingService: ForwardingBackupService {
    let base: FolderService
    private let folder: String
    let lists = Mutex(0)

    init(base: FolderService, folder: String) {
        (self.base, self.folder) = (base, folder)
    }

    func files(of backup: ResourceID<Backup>, _ show: @escaping @Sendable (String, Int64) -> Void)
        async throws
        -> Bool
    {
        lists.withLock { $0 += 1 }
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
            show("\(folder)/\(name)", (attributes[.size] as? NSNumber)?.int64Value ?? 0)
        }
        return true
    }

    func browse(_ backup: ResourceID<Backup>, path: String) async throws -> [BrowseItem] {
        throw BackupError(.service, "no folder is listed")
    }
}
