import Glibc

/// Finds a program as a shell would, but in a given PATH instead of the process's own.
enum ProgramLocation {
    /// The path of an executable file; `nil` if there is none.
    static func find(_ program: String, path: String?) -> String? {
        if program.contains("/") { return isExecutable(program) ? program : nil }
        let folders = (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(program)" }.first(where: isExecutable)
    }

    private static func isExecutable(_ path: String) -> Bool {
        access(path, X_OK) == 0
    }
}
