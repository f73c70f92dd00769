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

    @Test func `the type is read from the list of mounts`() {
        let mounts = """
            22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/root rw
            40 22 0:35 / /srv rw,relatime shared:9 master:2 - nfs4 nas:/srv rw,vers=4.2
            41 22 0:36 / /mnt rw - fuse.sshfs me@there: rw
            """
        #expect(FileSystem.type(ofDevice: "259:1", mounts: mounts) == "ext4")
        #expect(FileSystem.type(ofDevice: "0:35", mounts: mounts) == "nfs4")
        #expect(FileSystem.type(ofDevice: "0:36", mounts: mounts) == "fuse.sshfs")
        #expect(FileSystem.type(ofDevice: "8:1", mounts: mounts) == nil)
    }

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: "/proc/self/mountinfo"),
            "there is no list of mounts"
        )
    )
    func `the type of what is not there yet is that of the folder above`() {
        #expect(FileSystem.type(at: folder.journal) == FileSystem.type(at: folder.path))
        #expect(FileSystem.type(at: "/proc/self") == "proc")
    }
}
