import BackupAPI
import Subprocess

extension ResticTool {
    /// What a short command said, and how it ended.
    struct Answer {
        var exitCode: Int?
        var output: String
        var errors: String
    }

    func failure(of answer: Answer, activity: String = "backup") -> ResticFailure {
        var report = ResticReport()
        for line in answer.errors.split(separator: "\n") {
            if let message = ResticMessage(line: line.utf8) { report.add(message) }
        }
        let place = ResticFailure.Place(
            repository: settings.repository,
            passwordFile: settings.passwordFile,
            activity: activity
        )
        return ResticFailure(
            exitCode: answer.exitCode ?? report.exitErrorCode,
            words: report.text,
            place: place
        )
    }

    /// Runs a short command. When the task is cancelled, or the deadline passes, restic is interrupted, so that it
    /// leaves no lock behind.
    func execute(_ path: String, _ arguments: [String], deadline: Duration) async throws -> Answer {
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
