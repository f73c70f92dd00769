/// Secrets that a program prints, for example `pass show NAME`.
public struct SecretCommand: SecretProvider {
    private let arguments: [String]
    private let variables: [String: String]
    private let deadline: Duration

    /// Makes a provider that runs `arguments` with the secret's name at the end, with the host's `PATH`, `LANG`, `HOME` and
    /// `TZ`, for at most `deadline`.
    public init(_ arguments: [String], variables: [String: String], deadline: Duration = .seconds(30)) {
        self.arguments = arguments
        self.variables = variables
        self.deadline = deadline
    }

    /// `what 'pass show pg/password' prints`
    public func place(of name: String) -> String {
        "what '\((arguments + [name]).joined(separator: " "))' prints"
    }

    /// What the program prints, with one line end at its end left out. Throws `unknown_secret` where it fails: its own words
    /// are left out, since they may have the secret.
    public func value(of name: String) async throws -> [UInt8]? {
        let environment = Program.environment(variables)
        let program = try Program(arguments.first ?? "", path: environment["PATH"])
        var child = ChildProcess(program, arguments: Array(arguments.dropFirst()) + [name])
        child.environment = environment
        child.deadline = deadline
        child.outputLimit = SecretKeeper.longestBytes
        let end: ChildProcess.End
        do {
            end = try await child.run(clock: ContinuousClock())
        } catch let error as ChildProcess.Failure {
            throw failed(name, error.words)
        }
        guard end.exitCode == 0 else { throw failed(name, end.words) }
        return end.output.withoutLineEnd
    }

    private func failed(_ name: String, _ words: String) -> ScriptError {
        ScriptError(
            .unknownSecret,
            "the secret '\(name)' could not be read: '\(arguments.first ?? "")' \(words)",
            fix: "Run '\((arguments + [name]).joined(separator: " "))' as the user that Moonkeep runs as."
        )
    }
}
