import ArgumentParser
import BackupAPI
import Foundation
import PluginHost

/// The command: parses, composes, prints, exits.
@main
struct Moonkeep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "moonkeep",
        abstract: "Runs Lua scripts that start backups, wait for them and act on the result.",
        discussion: """
            A site is a folder with a moonkeep.yaml. It is found from the current folder upwards, or named with --site or in \
            MOONKEEP_SITE.

            Exit codes: 0 ok, 1 failed, 2 usage or configuration, 3 warning, 4 parked, 5 refused by permission, \
            124 timed out, 130 cancelled.
            """,
        version: "0.1.0",
        subcommands: [
            Init.self, Run.self, Repl.self, Check.self, Allow.self, Plugins.self,
            Runs.self, Resume.self, Replay.self, Cancel.self, Locks.self, Messages.self,
            Backups.self, Configurations.self, RestoreFiles.self,
            Serve.self, Schedules.self, Tokens.self, Types.self, Test.self, New.self, Help.self,
        ]
    )

    static func main() async {
        // A reader that goes away, as in '| head -1', must not end a run.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as CommandError {
            fail(error)
        } catch let status as ExitCode {
            exit(withError: status)
        } catch {
            let code = exitCode(for: error)
            if code == .success || code == .validationFailure { exit(withUsage: error) }
            Console.standardError.write("moonkeep: \(error)\n")
            exit(withError: ExitStatus.failed)
        }
    }

    private static func fail(_ error: CommandError) -> Never {
        for (index, line) in error.description.split(separator: "\n").enumerated() {
            Console.standardError.writeLine((index == 0 ? "moonkeep: " : "    ") + String(line).printable)
        }
        exit(withError: error.status)
    }

    /// Wrong usage ends with 2, as the table of exit codes has it; help and the version end with 0.
    private static func exit(withUsage error: any Error) -> Never {
        let text = fullMessage(for: error)
        guard exitCode(for: error) != .success else {
            Console.standardOutput.write(text + "\n")
            exit(withError: ExitCode.success)
        }
        let commands = configuration.subcommands.map { $0._commandName }
        if let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !commands.contains(word)
        {
            let hint = commands.nearest(to: word).map { "Did you mean '\($0)'?" }
            fail(CommandError("there is no command '\(word)'", fix: hint ?? "'moonkeep help' lists them."))
        }
        let prefix = "Error: "
        let message = text.hasPrefix(prefix) ? "moonkeep: " + text.dropFirst(prefix.count) : text
        Console.standardError.write(message + "\n")
        exit(withError: ExitStatus.usage)
    }
}
