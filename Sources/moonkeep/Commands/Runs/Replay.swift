import ArgumentParser
import BackupAPI
import LuaKit
import PluginHost
import RunJournal

struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Runs a run's script again against its journal, without touching anything else.",
        discussion: """
            It prints and reports what the run did. With --script, it says at which step another script would do something \
            else.
            """
    )

    @OptionGroup var site: SiteOptions

    @OptionGroup var output: RunOutput

    @OptionGroup var limits: RunLimits

    @Option(help: ArgumentHelp("Another script, instead of the run's.", valueName: "file"))
    var script: String?

    @Argument(help: "A run's id, or the beginning of it.")
    var id: String

    func run() async throws {
        try await CommandError.naming {
            let limits = try limits.limits()
            let source = try script.map(ScriptFile.read)
            let site = try site.open()
            let journal = try site.openJournal()
            let run = try await journal.run(id)
            var host = try site.makeHost(UntouchedService(), journal: journal, limits: limits)
            // Nothing is done, whatever is granted by now.
            if let grant = try await host.grant(of: run) { host = host.granting(grant) }
            let printer = output.makePrinter()
            let replay = try await host.replay(run, source: source, observe: printer.print)
            printer.end()
            if let mismatch = replay.mismatch {
                throw CommandError(
                    "the script differs from run '\(run.id)': \(mismatch)",
                    status: ExitStatus.failed
                )
            }
            guard !output.json else { return }
            var result = replay.result
            if case .mismatch? = result.halt {
                // The journal of a run that is not over ends before its script.
                result.halt = nil
                result.failure = nil
                result.message = nil
                let steps = replay.steps.count
                Console.standardError.writeLine(
                    "the journal ends here, after \(steps) steps: the run is not over"
                )
                return
            }
            let summary = RunSummary(result, style: Console.standardOutput.style)
            summary.write(isSpaced: printer is TerminalPrinter)
        }
    }
}
