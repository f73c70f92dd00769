import PluginHost
import HostSystem

/// A program that is installed.
struct Program {
    let path: String

    /// A program that nobody looks for.
    init(path: String) {
        self.path = path
    }

    /// Looks for a program: a name in the absolute folders of `path`, never in the working folder; a path is taken as it is.
    /// Throws `tool_missing`.
    init(_ name: String, path: String?) throws {
        guard let found = ProgramLocation.find(name, path: path) else {
            throw ScriptError(
                .toolMissing,
                "there is no program '\(name.printable)'",
                fix: name.contains("/")
                    ? "Install it, or correct the path."
                    : "Install it, or add its folder to the PATH that Moonkeep is started with (\(path ?? ProgramLocation.usualPath))."
            )
        }
        self.path = found
    }

    /// What a program gets of the host's variables.
    static func environment(_ variables: [String: String]) -> [String: String] {
        var environment = variables.filter { ["PATH", "LANG", "HOME", "TZ"].contains($0.key) }
        environment["PATH"] = environment["PATH"] ?? ProgramLocation.usualPath
        return environment
    }
}
