import BackupAPI
import Foundation

/// Folders that runs have for a while. They are named after the run and the step, so that a run that goes on in another
/// process finds its own again.
struct TemporaryFolders {
    let base: String

    /// The folder of all temporary folders of a run.
    func folder(of run: String) -> String {
        let isName =
            run.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") } && !run.isEmpty
        return base + "/" + (isName ? run : SHA256.hexDigest(of: Array(run.utf8)))
    }

    /// Makes the folder of a step, and returns its path. It may be there already.
    func make(for step: String, of run: String) throws -> String {
        let folder = folder(of: run)
        let path = folder + "/" + SHA256.hexDigest(of: Array(step.utf8)).prefix(16)
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
        rmdir(RootFolder.parent(of: path))
    }
}
