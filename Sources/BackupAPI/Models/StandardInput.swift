/// A backup of what a program writes to its standard output, such as the dump of a database, as one file.
///
/// Nothing of it is kept on the way. A program that fails, or is killed, leaves no snapshot.
public struct StandardInput: Codable, Hashable, Sendable {
    /// The program, looked up in `PATH`, and its arguments; no shell reads them.
    public var command: [String]
    /// The file's name in the backup, where it lies in the root; without `/`.
    public var filename: String
    /// What the program's environment has beside `PATH`, `HOME`, `LANG` and the like. What restic needs to reach the
    /// repository is not in it.
    public var environment: [String: EnvironmentValue]

    /// Makes a source.
    public init(command: [String], filename: String, environment: [String: EnvironmentValue] = [:]) {
        self.command = command
        self.filename = filename
        self.environment = environment
    }

    /// The path of the file in the backup.
    public var path: PathRule { PathRule(type: .file, path: "/" + filename) }
}
