import Glibc

/// Finds a program as a shell would, but in a given `PATH` instead of the process's own.
package enum ProgramLocation {
    /// Where programs are when nobody says.
    package static let usualPath = "/usr/local/bin:/usr/bin:/bin"

    /// The path of a regular file that can be executed; `nil` if there is none.
    ///
    /// A name is looked up in the absolute folders of `path`. What stands in a relative one depends on where the command is
    /// typed, so that somebody else may have put it there. A path is taken as it is, if it is absolute.
    package static func find(_ program: String, path: String?) -> String? {
        guard !program.isEmpty else { return nil }
        if program.utf8.contains(UInt8(ascii: "/")) { return isProgram(program) ? program : nil }
        return (path ?? usualPath).utf8.split(separator: UInt8(ascii: ":"))
            .map { String(Substring($0)) + "/" + program }.first(where: isProgram)
    }

    private static func isProgram(_ path: String) -> Bool {
        var facts = stat()
        return path.utf8.first == UInt8(ascii: "/") && stat(path, &facts) == 0
            && facts.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
