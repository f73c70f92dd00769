import BackupAPI
import Foundation

/// Folders that runs have for a while. They are named after the run and the step, so that a run that goes on in another
/// process finds its own again.
struct TemporaryFolders {
    let base: String
    /// What the folder is called whatever the run and the step are, with an ending that nothing else has, because all that is in
    /// it is removed; `nil` for a name of their own.
    var name: String?
    /// The path of the folder that has a name; `nil` for one that has not.
    var namedPath: String? { name.map { "\(base)/\($0).moonkeep" } }

    /// The folder of all temporary folders of a run.
    func folder(of run: String) -> String {
        let isName =
            run.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") } && !run.isEmpty
        return base + "/" + (isName ? run : SHA256.hexDigest(of: Array(run.utf8)))
    }

    /// Makes the folder of a step, and returns its path. It may be there already.
    func make(for step: String, of run: String) throws -> String {
        let path = namedPath ?? ownPath(of: step, in: folder(of: run))
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw ScriptError(
                .storage,
                "the temporary folder '\(path)' could not be made: \(error.localizedDescription)"
            )
        }
        return path
    }

    /// Removes a folder with all in it; links in it are removed, not followed.
    func remove(_ path: String) throws {
        do {
            if FileManager.default.fileExists(atPath: path) {
                try FileManager.default.removeItem(atPath: path)
            }
        } catch {
            throw ScriptError(
                .storage,
                "the temporary folder '\(path)' could not be removed: \(error.localizedDescription)"
            )
        }
        // The run's own, if this was the last one in it.
        if name == nil { rmdir(RootFolder.parent(of: path)) }
    }

    private func ownPath(of step: String, in folder: String) -> String {
        folder + "/" + SHA256.hexDigest(of: Array(step.utf8)).prefix(16)
    }
}
