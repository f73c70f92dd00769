import ArgumentParser
import BackupAPI
import Foundation
import Glibc
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
            BackUp.self, Backups.self, Browse.self, RestoreFiles.self, Mount.self, Configurations.self,
            Unlock.self, CleanUp.self, Adopt.self,
            Serve.self, ShowSchedules.self, Tokens.self, Types.self, Test.self, New.self, Help.self,
        ]
    )

    static func main() async {
        // A reader that goes away, as in '| head -1', must not end a run.
        signal(SIGPIPE, SIG_IGN)
        openStandardStreams()
        var hasReport = false
        do {
            var command = try parseAsRoot()
            hasReport = command is Run || command is Resume || command is Replay || command is BackUp
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            finish(.success, hasReport: hasReport)
        } catch let error as CommandError {
            fail(error)
        } catch let status as ExitCode {
            finish(status, hasReport: hasReport)
        } catch {
            let code = exitCode(for: error)
            if code == .success || code == .validationFailure { exit(withUsage: error) }
            Console.standardError.writeLine("moonkeep: \(error)")
            exit(with: ExitStatus.failed)
        }
    }

    /// Keeps files of ours from getting the number of a stream that is closed. Output that nobody gets stays an error.
    private static func openStandardStreams() {
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
            _ = open("/dev/null", stream == STDOUT_FILENO ? O_RDONLY : O_RDWR)
        }
    }

    /// Ends with a status, unless what was to be read is lost: that is a failure, whatever the work has come to. A reader that
    /// has gone away has had enough of a list, but not of what a run has to report.
    private static func finish(_ status: ExitCode, hasReport: Bool = false) -> Never {
        guard let number = Console.failure, number != EPIPE || hasReport else { exit(with: status) }
        let failure = String(cString: strerror(number))
        Console.standardError.writeLine("moonkeep: the output could not be written: \(failure)")
        exit(with: status == .success || status == ExitStatus.warning ? ExitStatus.failed : status)
    }

    /// ArgumentParser's own `exit(withError:)` makes the text of a help first, which a status does not show.
    private static func exit(with status: ExitCode) -> Never { Glibc.exit(status.rawValue) }

    private static func fail(_ error: CommandError) -> Never {
        for (index, line) in error.description.split(separator: "\n").enumerated() {
            Console.standardError.writeLine((index == 0 ? "moonkeep: " : "    ") + String(line).printable)
        }
        exit(with: error.status)
    }

    /// Wrong usage ends with 2, as the table of exit codes has it; help and the version end with 0.
    private static func exit(withUsage error: any Error) -> Never {
        let text = fullMessage(for: error)
        guard exitCode(for: error) != .success else {
            Console.standardOutput.write(text + "\n")
            finish(.success)
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
        exit(with: ExitStatus.usage)
    }
}
