import BackupTesting
import Foundation
import RunJournal
import Storage
import Testing

struct FileSystemTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"])
    func `a network file system is refused before anything is made on it`(type: String) async throws {
        var limits = SQLiteDatabase.Limits()
        limits.fileSystem = { _ in type }
        await expectError(
            .networkFileSystem,
            """
            the run journal '\(folder.journal)' is on a network file system (\(type)), where its locks do not hold. \
            Put it on a disk of this machine.
            """
        ) {
            _ = try RunStore(path: folder.journal, limits: limits)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test(arguments: ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", nil])
    func `a file system of this machine is taken`(type: String?) async throws {
        var limits = SQLiteDatabase.Limits()
        limits.fileSystem = { _ in type }
        let store = try RunStore(path: folder.journal, limits: limits)
        #expect(try await store.runs(limit: 1).isEmpty)
    }
}
