import LuaKit
import PluginHost
import RunJournal

extension ScriptLibrary {
    /// `shell`: programs of the machine.
    var shellModule: Module {
        Module(
            "shell",
            "Runs programs of this machine, which the script was granted by name ('shell:pg_dump') or by path."
        ) {
            runFunction
            shFunction
        }
        .documented(types: Self.shellTypes, examples: Self.shellExamples)
    }

    private static let answer = "ProgramResult: how it ended"
    private static let errors = [
        "permission_denied", "tool_missing", "exit_code", "timed_out", "too_large", "unknown_secret",
        "failed",
    ]

    private var runFunction: Function {
        Function(
            "run",
            "Runs a program to its end, and answers what it wrote. Raises 'exit_code' unless it ends with an accepted code. It gets nothing of the host's environment but PATH, LANG, HOME and TZ. When it takes too long, writes too much or the run is cancelled, it is ended with all that it started.",
            .step(.effect),
            CommandParameter(),
            Options<ShellOptions>(),
            returns: Self.answer,
            errors: Self.errors,
            needs: ["shell:PROGRAM"]
        ) { [self] run, command, options in
            try run.require(command.line.permission)
            return try await shell(run).run(command.line, command.options.merged(with: options))
        }
        .recovering { arguments in
            let options = arguments.dropFirst().first ?? .nil
            return UnknownFate.recovery(options == .nil ? arguments.first : options, skipping: Self.nothing)
        }
        .planning { _, _ in Self.nothing }
        .resuming { [self] run, arguments, step, began in
            let command = try CommandParameter().read(arguments.first ?? .nil)
            let options = try Options<ShellOptions>().read(arguments.dropFirst().first ?? .nil)
            try await shell(run).settle(step, since: began, command.options.merged(with: options))
        }
    }

    private var shFunction: Function {
        Function(
            "sh",
            "Runs a text in /bin/sh, as shell.run runs a program. The permission allows everything that the user can do.",
            .step(.effect),
            Parameter<Text>("text", "The text, for example \"df -h | tail -1\"."),
            Options<ShellOptions>(),
            returns: Self.answer,
            errors: Self.errors,
            needs: ["shell:sh"]
        ) { [self] run, text, options in
            try run.require(Permission("shell:sh", "*"))
            let line = try CommandLine(["/bin/sh", "-c", .string(text)])
            return try await shell(run).run(line, options)
        }
        .recovering { UnknownFate.recovery($0.dropFirst().first, skipping: Self.nothing) }
        .planning { _, _ in Self.nothing }
        .resuming { [self] run, arguments, step, began in
            let options = try Options<ShellOptions>().read(arguments.dropFirst().first ?? .nil)
            try await shell(run).settle(step, since: began, options)
        }
    }

    private func shell(_ run: RunContext) -> Shell {
        Shell(
            run: run,
            files: files(run),
            keeper: keeper,
            temporaryFolder: settings.temporaryFolder,
            variables: settings.variables,
            double: settings.outside
        )
    }

    /// What a plan, or a call that was skipped, answers.
    private static var nothing: LuaValue {
        .record(["exit_code": 0, "stdout": "", "stdout_bytes": 0, "stderr": ""])
    }
}

extension ShellOptions {
    /// These options, with those of another table before them.
    fileprivate func merged(with other: ShellOptions) -> ShellOptions {
        ShellOptions(
            stdin: other.stdin ?? stdin,
            stdout: other.stdout ?? stdout,
            env: other.env ?? env,
            cwd: other.cwd ?? cwd,
            user: other.user ?? user,
            timeout: other.timeout ?? timeout,
            maxOutput: other.maxOutput ?? maxOutput,
            ok: other.ok ?? ok,
            onUnknown: other.onUnknown ?? onUnknown,
            onRunning: other.onRunning ?? onRunning
        )
    }
}
