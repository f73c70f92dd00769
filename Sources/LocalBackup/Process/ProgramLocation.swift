import Glibc

/// Finds a program as a shell would, but in a given PATH instead of the process's own.
enum ProgramLocation {
    /// The path of an executable file; `nil` if there is none.
    static func find(_ program: String, path: String?) -> String? {
        if program.contains("/") { return isExecutable(program) ? program : nil }
        let folders = (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(program)" }.first(where: isExecutable)
    }

    /// Tells one file from the next at the same path: where it lies, its size, and when it was changed.
    static func fingerprint(of path: String) -> String? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        let changed = "\(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)"
        return "\(facts.st_dev) \(facts.st_ino) \(facts.st_size) \(changed)"
    }

    private static func isExecutable(_ path: String) -> Bool {
        access(path, X_OK) == 0
    }
}
