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
        .documented(types: LibraryDocumentation.shellTypes, examples: LibraryDocumentation.shellExamples)
    }

    private static let answer = "ProgramResult: how it ended"
    private static let errors = [
        "permission_denied", "tool_missing", "exit_code", "timed_out", "too_large", "unknown_secret",
        "failed",
    ]

    private var runFunction: Function {
        Function(
            "run",
            "Runs a program to its end, and answers what it wrote. Raises 'exit_code' unless it ends with an accepted code. It gets nothing of the host's environment but PATH, LANG, HOME and TZ; what 'env' gives it beside the language and the time zone the permission names too, as in 'shell:pg_dump:env=PGHOST,PGPASSWORD'. When it takes too long, writes too much or the run is cancelled, it is ended with all that it started.",
            .step(.effect),
            CommandParameter(),
            Options<ShellOptions>(),
            returns: Self.answer,
            errors: Self.errors,
            needs: [.program("shell:PROGRAM"), "shell:PROGRAM:env=NAME"]
        ) { [self] run, command, options in
            try run.require(command.line.permission)
            let options = command.options.merged(with: options)
            try run.require(command.line, variables: options.env?.value.keys.map { $0 } ?? [])
            return try await shell(run).run(command.line, options)
        }
        .recovering { arguments in
            let options = arguments.dropFirst().first ?? .nil
            return UnknownFate.recovery(options == .nil ? arguments.first : options, skipping: Self.nothing)
        }
        .planning { _ in Self.nothing }
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
            let line = try CommandLine(["/bin/sh", "-c", .string(text)])
            return try await shell(run).run(line, options)
        }
        .recovering { UnknownFate.recovery($0.dropFirst().first, skipping: Self.nothing) }
        .planning { _ in Self.nothing }
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

extension RunContext {
    /// Throws `permission_denied` unless a program may be given the variables. Text in a shell sets what it likes.
    fileprivate func require(_ line: CommandLine, variables: [String]) throws {
        guard line.permission.kind == "shell" else { return }
        let missing = variables.filter { name in
            !ProgramSubject.isHarmless(name)
                && !permissions.allow(Permission("shell", "\(line.program):env=\(name)"))
        }
        guard !missing.isEmpty else { return }
        throw PermissionDenied(
            permission: Permission("shell", "\(line.program):env=\(missing.sorted().joined(separator: ","))"),
            script: script
        )
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
