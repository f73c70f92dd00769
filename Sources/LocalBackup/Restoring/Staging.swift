import BackupAPI
import Foundation
import Glibc

/// The folder that restic writes a restore to first, and the way of its entries to their places.
///
/// An entry gets to its place in one step: by the renaming of a finished file or of a whole folder. So nobody ever sees half
/// a file, and no link in the destination leads the restore elsewhere. Where nothing shall be replaced, what is there stays as
/// it is, and what remains in the folder at the end is what was there already.
struct Staging: Sendable {
    let path: String
    /// The folder whose place in the snapshot is the root.
    let destination: String
    /// Whether files that are there are replaced.
    let isReplacing: Bool

    /// Makes the folder.
    func create() throws {
        try StateFolder.createFolder(path)
    }

    /// Whether a path of the snapshot is still here.
    func contains(_ path: String) -> Bool {
        BytePath(self.path + path).facts() != nil
    }

    /// Removes a path of the snapshot, which restic could not finish.
    func discard(_ path: String) {
        _ = BytePath(self.path + path).call(unlink)
    }

    /// Brings all entries to their places, or until someone wants it to stop; returns what could not be brought.
    ///
    /// It can be done again after it was broken off.
    func moveIn(until isStopRequested: () async throws -> Bool) async throws -> StagingProblems {
        guard BytePath(path).kind() == .folder else { return StagingProblems() }
        var mover = StagingMover(
            temporary: Array(("." + URL(filePath: path).lastPathComponent).utf8),
            isReplacing: isReplacing,
            followsOwnLinks: destination == "/"
        )
        try await mover.moveEntries(of: path, to: destination, until: isStopRequested)
        return mover.problems
    }

    /// Removes the folder with all that remains in it.
    func remove() throws {
        let manager = FileManager.default
        guard BytePath(path).facts() != nil else { return }
        if (try? manager.removeItem(atPath: path)) != nil { return }
        // Folders that were read-only in the backup keep their entries.
        for name in manager.enumerator(atPath: path)?.compactMap({ $0 as? String }) ?? [] {
            let entry = BytePath(path + "/" + name)
            if entry.kind() == .folder { _ = entry.call { chmod($0, 0o700) } }
        }
        try manager.removeItem(atPath: path)
    }
}
