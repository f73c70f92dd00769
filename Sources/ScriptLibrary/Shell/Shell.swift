import Foundation
import HostSystem
import LuaKit
import PluginHost

/// What `shell` does for one run.
struct Shell {
    let run: RunContext
    let files: Files
    let keeper: SecretKeeper
    let temporaryFolder: String
    let variables: [String: String]
    var double: (any OutsideDouble)?

    /// Runs a program, and returns how it ended. All that comes back is free of the secrets that the process knows.
    func run(_ line: CommandLine, _ options: ShellOptions) async throws -> LuaValue {
        var child = try await child(line, options)
        let target = try options.stdout.map {
            try files.place($0.value, for: .write).replacement(mode: nil)
        }
        child.file = target?.descriptor
        do {
            // Before anything is cut off: a half of a secret would not be found.
            let end = await keeper.redactor().redact(try await end(of: child, line))
            guard let code = end.exitCode, (options.ok?.value ?? [0]).contains(code) else {
                throw ScriptError.exit(line.program, end)
            }
            try target?.commit()
            return end.answer
        } catch {
            target?.abandon()
            throw await keeper.redactor().redact(named(error, line, options))
        }
    }

    private func end(of child: ChildProcess, _ line: CommandLine) async throws -> ChildProcess.End {
        let clock = run.environment.clock
        guard let double else {
            defer {
                child.held?.remove()
                if let step = run.stepKey { run.attachment { TakenLocks() }.release(step) }
            }
            return try await child.run(clock: clock)
        }
        let end = try await double.end(
            of: ProgramCall(
                command: [line.program] + line.arguments,
                environment: child.environment,
                input: child.input,
                folder: child.folder ?? "/"
            )
        )
        try await clock.sleep(for: min(end.duration, child.deadline))
        guard end.duration <= child.deadline else { throw ChildProcess.Failure.late(child.deadline) }
        guard child.file != nil || end.output.count <= child.outputLimit else {
            throw ChildProcess.Failure.tooMuchOutput(child.outputLimit)
        }
        try child.file?.write(end.output)
        return ChildProcess.End(
            exitCode: end.exitCode,
            output: child.file == nil ? end.output : [],
            outputBytes: Int64(end.output.count),
            errors: end.errors
        )
    }

    private func named(_ error: any Error, _ line: CommandLine, _ options: ShellOptions) -> any Error {
        switch error {
        case let failure as ChildProcess.Failure: ScriptError.program(line.program, failure)
        case let error as SystemError: ScriptError.file(options.stdout?.value ?? line.program, error)
        default: error
        }
    }

    private func child(_ line: CommandLine, _ options: ShellOptions) async throws -> ChildProcess {
        var environment = Program.environment(variables)
        // By the host's PATH: the one that the script sets for the program must not choose another program.
        let program =
            if double == nil { try Program(line.program, path: environment["PATH"]) } else {
                Program(path: line.program)
            }
        var child = ChildProcess(program, arguments: line.arguments)
        if let user = options.user {
            let user = try ProcessUser(user)
            environment["HOME"] = user.home
            child.user = user
        }
        for (name, source) in options.env?.value ?? [:] {
            switch source {
            case .plain(let bytes): environment[name] = String(decoding: bytes, as: UTF8.self)
            case .secret(let secret): environment[name] = try await secret.revealLine()
            }
        }
        if double == nil, let step = run.stepKey {
            child.held = HeldFile(of: step, attempt: run.attempt, in: heldFolder)
            try child.held?.make()
        }
        child.environment = environment
        child.input = try await options.stdin?.value.bytes() ?? []
        child.folder = try options.cwd.map { try folder($0.value) } ?? "/"
        child.deadline = options.timeout?.value ?? ChildProcess.longest
        child.outputLimit = Int(min(options.maxOutput?.value ?? 8 << 20, 32 << 20))
        return child
    }

    /// The working folder, which the script must be able to read or to write.
    private func folder(_ path: String) throws -> String {
        let place: FilePlace
        do {
            place = try files.place(path, for: .read)
        } catch is PermissionDenied {
            place = try files.place(path, for: .write)
        }
        guard try place.isFolder() else { throw ScriptError.file(path, SystemError(number: ENOTDIR)) }
        return place.path
    }
}

extension Redactor {
    fileprivate func redact(_ end: ChildProcess.End) -> ChildProcess.End {
        var end = end
        end.output = redact(end.output)
        end.errors = end.hasMoreErrors ? redact(tail: end.errors) : redact(end.errors)
        return end
    }
}

extension ChildProcess.End {
    /// As scripts see it.
    fileprivate var answer: LuaValue {
        .record([
            "exit_code": exitCode.map { .integer(Int64($0)) } ?? .nil,
            "stdout": .string(LuaBytes(output)),
            "stdout_bytes": .integer(outputBytes),
            "stderr": .string(LuaBytes(errors.suffix(ChildProcess.errorTailBytes))),
        ])
    }
}

extension ScriptError {
    /// A program ended in a way that the script does not accept; its last words stand in the message.
    fileprivate static func exit(_ program: String, _ end: ChildProcess.End) -> ScriptError {
        let lines = String(decoding: end.errors, as: UTF8.self).split(whereSeparator: \.isNewline)
        let said = lines.suffix(3).joined(separator: " / ").printable.suffix(400)
        return ScriptError(
            .exitCode,
            "'\(program)' \(end.words)" + (said.isEmpty ? "" : ": \(said)"),
            data: [
                "exit_code": end.exitCode.map { .integer(Int64($0)) } ?? .nil,
                "signal": end.signal.map { .integer(Int64($0)) } ?? .nil,
                "stderr": .string(LuaBytes(end.errors.suffix(2_048))),
            ]
        )
    }

    fileprivate static func program(_ program: String, _ failure: ChildProcess.Failure) -> ScriptError {
        let message = "'\(program)' \(failure.words)"
        return switch failure {
        case .late: ScriptError(.timedOut, message, isRetryable: true)
        case .tooMuchOutput:
            ScriptError(.tooLarge, message, fix: "Say 'stdout' to write it to a file, or 'max_output'.")
        case .notStarted: ScriptError(.failed, message)
        }
    }
}
