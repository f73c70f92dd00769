import BackupAPI
import Foundation
import Glibc

/// The folder that a restore which replaces nothing writes first, and the way of its entries to their places.
///
/// An entry gets to its place in one step, and only where nothing is: a link to the finished file, or the renaming of a
/// whole folder. So nobody ever sees half a file, and what is there stays as it is. What remains in the folder at the end
/// is what was there already.
struct Staging: Sendable {
    let path: String
    /// The folder whose place in the snapshot is the root.
    let destination: String

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

    /// Brings all entries to their places, or until someone wants it to stop; answers what could not be brought.
    ///
    /// It can be done again after it was broken off.
    func moveIn(until isStopRequested: () async throws -> Bool) async throws -> [ErrorItem] {
        var mover = StagingMover(temporary: "." + URL(filePath: path).lastPathComponent)
        guard BytePath(path).kind() == .folder else { return [] }
        try await mover.moveEntries(of: BytePath(path), to: BytePath(destination), until: isStopRequested)
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
