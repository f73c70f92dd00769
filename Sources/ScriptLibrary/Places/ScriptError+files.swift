import Foundation
import HostSystem
import PluginHost

extension ScriptError {
    /// The file system refused something with a path.
    static func file(_ path: String, _ error: SystemError) -> ScriptError {
        let path = path.printable
        return switch error.number {
        case ENOENT:
            ScriptError(.notFound, "there is no file or folder '\(path)'")
        case EACCES, EPERM:
            ScriptError(
                .storage,
                "the system does not allow it: '\(path)' (\(error.words))",
                fix: "Give the user that Moonkeep runs as access to it."
            )
        case EISDIR: ScriptError(.invalidRequest, "'\(path)' is a folder, a file is needed")
        case ENOTDIR: ScriptError(.invalidRequest, "'\(path)' is not a folder")
        case ELOOP:
            ScriptError(
                .refused,
                "'\(path)' is a symbolic link in a loop, or was exchanged for one meanwhile"
            )
        case ENOTEMPTY, EEXIST:
            ScriptError(
                .refused,
                "the folder '\(path)' is not empty",
                fix: "Say 'recursive = true' to remove it with all in it."
            )
        case ENOSPC, EDQUOT: ScriptError(.storage, "there is no space left for '\(path)'", isRetryable: true)
        default: ScriptError(.storage, "'\(path)': \(error.words)")
        }
    }

    /// A path leads out of the folder that the script may use.
    static func leadsOut(_ path: String, to target: String?, of folder: String) -> ScriptError {
        let target = target.map { " to '\($0.printable)'" } ?? ""
        return ScriptError(
            .refused,
            "'\(path.printable)' leads through a symbolic link\(target) out of '\(folder)', which is all that the script may use",
            fix: "Name the real path, and grant the script that folder."
        )
    }
}
