import ArgumentParser
import BackupAPI
import Foundation
import LocalBackup
import LuaKit
import PluginHost

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a script.",
        usage: "moonkeep run [options] <script> [--name value ...]",
        discussion: """
            What follows the script is the script's own: it finds '--name value' in run.args.name. Ctrl-C stops the run and \
            the backups that it started; a second one leaves them running.
            """
    )

    @OptionGroup var site: SiteOptions

    @Flag(help: "One JSON object per event, for programs.")
    var json = false

    @Flag(help: "Only what the script prints, warnings, errors and the report.")
    var quiet = false

    @Option(
        help: ArgumentHelp(
            "How long the script may run, not counting waits: 90s, 15m, 4h.",
            valueName: "duration"
        )
    )
    var timeLimit: String?

    @Option(help: ArgumentHelp("How much memory the script may use: 512KiB, 64MiB, 1GiB.", valueName: "size"))
    var memoryLimit: String?

    @Argument(help: "The script's file.", completion: .file(extensions: ["lua"]))
    var script: String

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("The script's own arguments.", valueName: "argument")
    )
    var arguments: [String] = []

    func run() async throws {
        try await CommandError.naming {
            let limits = try limits()
            let source = try ScriptFile.read(script)
            let arguments = try ScriptArguments(arguments)
            let site = try site.open()
            let service = try await site.openService()
            let host = PluginHost(
                service: service,
                journal: try site.openJournal(),
                executor: try LuaExecutor(),
                environment: HostEnvironment(
                    now: Clocks.now,
                    makeID: RunID.make,
                    owner: .current(),
                    reportsFolder: site.path("reports")
                ),
                limits: limits
            )
            let printer = makePrinter()
            let task = Task { try await host.run(source, arguments: arguments.value, observe: printer.print) }
            let interruption = Interruption(cancelling: task) {
                printer.note("stopping; once more to leave running backups alone")
            }
            defer { interruption.end() }
            let end = await task.result
            printer.end()
            let result = try end.get()
            if !json {
                let summary = RunSummary(result, style: Console.standardOutput.style)
                summary.write(isSpaced: printer is TerminalPrinter)
            }
            await service.shutdown()
            throw ExitStatus.of(result)
        }
    }

    private func makePrinter() -> any RunPrinter {
        let (output, error) = (Console.standardOutput, Console.standardError)
        if json { return JSONPrinter(output: output, error: error) }
        if quiet || !error.isTerminal {
            return PlainPrinter(output: output, error: error, isQuiet: quiet, seconds: Clocks.seconds)
        }
        return TerminalPrinter(output: output, error: error, seconds: Clocks.seconds)
    }

    private func limits() throws -> LuaLimits {
        var limits = LuaLimits()
        if let timeLimit {
            guard let duration = try? TimeSpan.read(.string(timeLimit)), duration > .zero else {
                throw CommandError(
                    "--time-limit '\(timeLimit)' is no duration",
                    fix: "Write, for example, 90s, 15m or 4h."
                )
            }
            limits.runningTime = duration
        }
        if let memoryLimit {
            guard let bytes = ByteSize.read(memoryLimit) else {
                throw CommandError(
                    "--memory-limit '\(memoryLimit)' is no size",
                    fix: "Write, for example, 512KiB, 64MiB or 1GiB."
                )
            }
            limits.memoryBytes = bytes
        }
        return limits
    }
}
