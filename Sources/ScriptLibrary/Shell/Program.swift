import Foundation
import PluginHost

/// A program that is installed.
struct Program {
    let path: String

    static let defaultPath = "/usr/local/bin:/usr/bin:/bin"

    /// A program that nobody looks for.
    init(path: String) {
        self.path = path
    }

    /// Looks for a program: a name in the absolute folders of `path`, never in the working folder; a path is taken as it is.
    /// Throws `tool_missing`.
    init(_ name: String, path: String?) throws {
        let candidates =
            name.contains("/")
            ? [name]
            : (path ?? Self.defaultPath).split(separator: ":").filter { $0.hasPrefix("/") }.map {
                "\($0)/\(name)"
            }
        guard !name.isEmpty, let found = candidates.first(where: Self.isProgram) else {
            throw ScriptError(
                .toolMissing,
                "there is no program '\(name.printable)'",
                fix: name.contains("/")
                    ? "Install it, or correct the path."
                    : "Install it, or add its folder to the PATH that Moonkeep is started with (\(path ?? Self.defaultPath))."
            )
        }
        self.path = found
    }

    /// What a program gets of the host's variables.
    static func environment(_ variables: [String: String]) -> [String: String] {
        var environment = variables.filter { ["PATH", "LANG", "HOME", "TZ"].contains($0.key) }
        environment["PATH"] = environment["PATH"] ?? defaultPath
        return environment
    }

    private static func isProgram(_ path: String) -> Bool {
        var status = stat()
        return path.hasPrefix("/") && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && access(path, X_OK) == 0
    }
}
