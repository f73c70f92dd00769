import BackupAPI
import Subprocess

/// The restic program: where it is, which version it is, and its short commands.
actor ResticTool {
    private let settings: LocalSettings
    private let catalog: Catalog
    private var known: (path: String, version: ResticVersion)?

    init(_ settings: LocalSettings, catalog: Catalog) {
        self.settings = settings
        self.catalog = catalog
    }

    /// The place and the version; a file is asked once. Throws `tool_missing` when it is not installed or too old.
    func identify() async throws -> (path: String, version: ResticVersion) {
        if let known { return known }
        let name = settings.resticProgram
        guard let path = ProgramLocation.find(name, path: settings.environment["PATH"]) else {
            throw BackupError(
                .toolMissing,
                "restic is not installed: there is no program '\(name)'",
                fix: "Install it with 'apt-get install restic', or name the program's path."
            )
        }
        let fingerprint = ProgramLocation.fingerprint(of: path) ?? ""
        let remembered = try await catalog.version(of: path, fingerprint: fingerprint)
        let output = if let remembered { remembered } else { try await askVersion(of: path) }
        guard let version = ResticVersion(output: output) else {
            throw BackupError(
                .toolMissing,
                "the program '\(path)' is not restic: it does not tell a version",
                fix: "Install restic with 'apt-get install restic', or name the program's path."
            )
        }
        guard version >= .oldest else {
            throw BackupError(
                .toolMissing,
                "restic \(version) ('\(path)') is too old: \(ResticVersion.oldest) or newer is needed",
                fix: "Install a newer one from your distribution or from https://restic.net."
            )
        }
        if remembered == nil {
            try await catalog.remember(version: output, of: path, fingerprint: fingerprint)
        }
        known = (path, version)
        return (path, version)
    }

    private func askVersion(of path: String) async throws -> String {
        try await execute(path, ["version", "--json"], deadline: .seconds(30)).output
    }

    /// Makes sure that there is a repository; creates one where there is none. Throws `ResticFailure`.
    func openOrCreateRepository() async throws {
        let path = try await identify().path
        let probe = try await execute(
            path,
            ["cat", "config", "--json", "--no-lock"],
            deadline: .seconds(300)
        )
        if probe.exitCode == 0 { return }
        let failure = failure(of: probe)
        guard failure.reason == "repository_missing" else { throw failure }
        let creation = try await execute(path, ["init", "--json"], deadline: .seconds(300))
        guard creation.exitCode == 0 else { throw self.failure(of: creation) }
    }

    private struct Answer {
        var exitCode: Int?
        var output: String
        var errors: String
    }

    private func failure(of answer: Answer) -> ResticFailure {
        var report = ResticReport()
        for line in answer.errors.split(separator: "\n") {
            if let message = ResticMessage(line: line.utf8) { report.add(message) }
        }
        let place = ResticFailure.Place(repository: settings.repository, passwordFile: settings.passwordFile)
        return ResticFailure(
            exitCode: answer.exitCode ?? report.exitErrorCode,
            words: report.text,
            place: place
        )
    }

    /// Runs a short command. When the task is cancelled, or the deadline passes, restic is interrupted, so that it
    /// leaves no lock behind.
    private func execute(_ path: String, _ arguments: [String], deadline: Duration) async throws -> Answer {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.send(signal: .interrupt, allowedDurationToNextStep: .seconds(10))]
        let configuration = Subprocess.Configuration(
            executable: .file(path),
            arguments: Arguments(arguments),
            environment: .restricted(to: ResticEnvironment.make(settings)),
            platformOptions: options
        )
        return try await withDeadline(deadline, of: "'\(path) \(arguments.joined(separator: " "))'") {
            let result = try await run(
                configuration,
                input: .none,
                output: .string(limit: 1 << 20),
                error: .string(limit: 1 << 20)
            )
            try Task.checkCancellation()
            var answer = Answer(output: result.standardOutput, errors: result.standardError)
            if case .exited(let code) = result.terminationStatus { answer.exitCode = Int(code) }
            return answer
        }
    }
}

/// Does something within a time, or cancels it and throws `timed_out`.
private func withDeadline<Value: Sendable>(
    _ deadline: Duration,
    of what: String,
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: deadline)
            return nil
        }
        defer { group.cancelAll() }
        if let value = try await group.next() ?? nil { return value }
        throw BackupError(.timedOut, "\(what) did not end within \(deadline)", isRetryable: true)
    }
}
