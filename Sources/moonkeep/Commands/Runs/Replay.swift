import ArgumentParser
import BackupAPI
import LuaKit
import PluginHost
import RunJournal

struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
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
            let host = try site.makeHost(UntouchedService(), journal: journal, limits: limits)
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

/// The service of a replay: nothing ever asks it.
private struct UntouchedService: BackupService {
    private func untouched<Value>() throws -> Value {
        throw BackupError(.unsupported, "a replay asks no service")
    }

    func configurations() async throws -> [Configuration] { try untouched() }
    func configuration(_ id: ResourceID<Configuration>) async throws -> Configuration { try untouched() }
    func start(_ configuration: ResourceID<Configuration>, key: String?) async throws -> Backup {
        try untouched()
    }
    func backup(_ id: ResourceID<Backup>) async throws -> Backup { try untouched() }
    func backups(_ filter: BackupFilter) async throws -> [Backup] { try untouched() }
    func stop(_ id: ResourceID<Backup>) async throws -> Backup { try untouched() }
    func errors(of id: ResourceID<Backup>) async throws -> ErrorList { try untouched() }
    func updates(of id: ResourceID<Backup>) -> AsyncThrowingStream<BackupUpdate, any Error> {
        AsyncThrowingStream { $0.finish(throwing: BackupError(.unsupported, "a replay asks no service")) }
    }
}
