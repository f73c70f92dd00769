import ArgumentParser

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
            Init.self, Run.self, Check.self, Runs.self, Backups.self, Configurations.self, Help.self,
        ]
    )

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as CommandError {
            Console.standardError.write("moonkeep: \(error.description)\n")
            exit(withError: error.status)
        } catch let status as ExitCode {
            exit(withError: status)
        } catch {
            let code = exitCode(for: error)
            if code == .success || code == .validationFailure { exit(withUsage: error) }
            Console.standardError.write("moonkeep: \(error)\n")
            exit(withError: ExitStatus.failed)
        }
    }

    /// Wrong usage ends with 2, as the table of exit codes has it; help and the version end with 0.
    private static func exit(withUsage error: any Error) -> Never {
        let text = fullMessage(for: error)
        guard exitCode(for: error) != .success else {
            Console.standardOutput.write(text + "\n")
            exit(withError: ExitCode.success)
        }
        Console.standardError.write(text + "\n")
        exit(withError: ExitStatus.usage)
    }
}
