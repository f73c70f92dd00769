import BackupAPI
import HostSystem
import Programs
import Subprocess

extension ResticTool {
    /// What a short command said, and how it ended.
    struct Answer: Sendable {
        /// `nil` when it was killed: then it has answered nothing.
        let exitCode: Int?
        let output: String
        let errors: String

        init(status: TerminationStatus, output: String, errors: String) {
            exitCode = status.exitCode
            self.output = output
            self.errors = errors
        }
    }

    func failure(of answer: Answer, activity: String = "backup") -> ResticFailure {
        var report = ResticReport()
        for line in answer.errors.split(separator: "\n") {
            if let message = ResticMessage(line: line.utf8) { report.add(message) }
        }
        let place = ResticFailure.Place(repository, activity: activity)
        return ResticFailure(
            exitCode: answer.exitCode ?? report.exitErrorCode,
            words: report.text,
            place: place
        )
    }

    /// A shell that keeps the lock for its program, which reads nothing.
    private static let script = "exec 9<&0 </dev/null; exec \"$@\""

    /// Runs a short command of restic's for the repository; see `execute`.
    func restic(_ arguments: [String], deadline: Duration, lock: FileLock? = nil) async throws -> Answer {
        try await execute(identify().path, flags + arguments, deadline: deadline, lock: lock)
    }

    /// Runs a short command, which inherits a lock: where its host dies the lock tells how long it lives.
    ///
    /// When the task is cancelled, or the deadline passes, restic is interrupted, so that it leaves no lock behind.
    func execute(_ path: String, _ arguments: [String], deadline: Duration, lock: FileLock? = nil)
        async throws
        -> Answer
    {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.send(signal: .interrupt, allowedDurationToNextStep: .seconds(10))]
        let configuration = Subprocess.Configuration(
            executable: .file("/bin/sh"),
            arguments: Arguments(["-c", Self.script, "sh", path] + arguments),
            environment: .restricted(to: try await environment()),
            platformOptions: options
        )
        return try await withDeadline(deadline, of: "'\(path) \(arguments.joined(separator: " "))'") {
            guard let lock else { return try await Self.answer(of: configuration, input: .none) }
            let stream = try InheritedLock(lock)
            defer { stream.close() }
            return try await Self.answer(of: configuration, input: try stream.input)
        }
    }

    private static func answer(of configuration: Subprocess.Configuration, input: some InputProtocol)
        async throws
        -> Answer
    {
        let result = try await run(
            configuration,
            input: input,
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        try Task.checkCancellation()
        return Answer(
            status: result.terminationStatus,
            output: result.standardOutput,
            errors: result.standardError
        )
    }
}

/// Does something within a time, or cancels it and throws `timed_out`.
private func withDeadline<Value: Sendable>(
    _ deadline: Duration,
    of what: String,
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    if let value = try await racing(work, against: { try await Task.sleep(for: deadline) }) { return value }
    throw BackupError(.timedOut, "\(what) did not end within \(deadline)", isRetryable: true)
}
