import ArgumentParser
import BackupAPI
import LuaKit
import PluginHost
import RunJournal

struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Goes on with runs that were interrupted, or with one that is parked.",
        discussion: """
            A run goes on where it was, on the source that it began with: what it did is taken from the journal, and nothing \
            is started twice. Without a run, all that were interrupted go on. A run is parked when its script asks a person, \
            or nobody but a person can tell whether a step has happened; 'moonkeep runs RUN' shows the question.
            """
    )

    @OptionGroup var site: SiteOptions

    @OptionGroup var output: RunOutput

    @OptionGroup var limits: RunLimits

    @Option(
        help: ArgumentHelp(
            "What the script asks is answered so, by a choice or its beginning; also where the run waits for it.",
            valueName: "choice"
        )
    )
    var answer: String?

    @Option(
        help: ArgumentHelp(
            "It happened: the id of the backup, restore or cleanup that came of it; 'none' for what has no id.",
            valueName: "id"
        )
    )
    var adopt: String?

    @Flag(help: "It did not happen, or may happen again.")
    var startAgain = false

    @Flag(help: "End the run as failed.")
    var giveUp = false

    @Option(
        help: ArgumentHelp(
            "The step that is decided, where several are asked about: 0/3.1#0.",
            valueName: "step"
        )
    )
    var step: String?

    @Option(
        help: ArgumentHelp(
            "Go on with another script, if it does first what the run has done.",
            valueName: "file"
        )
    )
    var script: String?

    @Argument(help: "A run's id, or the beginning of it.")
    var id: String?

    func validate() throws {
        guard [answer != nil, adopt != nil, startAgain, giveUp].count(where: { $0 }) < 2 else {
            throw ValidationError("--answer, --adopt, --start-again and --give-up exclude one another.")
        }
        guard id != nil || (choice == nil && script == nil && step == nil) else {
            throw ValidationError(
                "--answer, --adopt, --start-again, --give-up, --step and --script need a run."
            )
        }
    }

    private var choice: StepChoice? {
        if let answer { return .answer(answer) }
        if let adopt { return adopt == "none" ? .happened : .adopt(adopt) }
        if startAgain { return .startAgain }
        return giveUp ? .giveUp : nil
    }

    func run() async throws {
        try await CommandError.naming {
            let limits = try limits.limits()
            let site = try site.open()
            var script: Script?
            if let file = self.script { script = try await Script(file: file, in: site) }
            let journal = try site.openJournal()
            let runs = try await chosen(in: journal)
            guard !runs.isEmpty else {
                return Console.standardError.writeLine("there are no interrupted runs")
            }
            let service = try await site.openService()
            let host = try site.makeHost(service, journal: journal, limits: limits)
            var worst = ExitCode.success
            let decision = RunDecision(choice: choice, step: step, canAsk: output.canAsk)
            for found in runs {
                let run: RunRecord
                switch try await decision.apply(to: found, host, journal) {
                case .goesOn(let decided): run = decided
                case .isHeard: continue
                case .isGivenUp:
                    worst = ExitStatus.failed
                    continue
                }
                do {
                    let host = try await runner(host, run, script, site, journal)
                    let source = script?.source
                    Console.standardError.writeLine("going on with run \(run.id)")
                    let result = try await output.show(on: host) { host, observe in
                        try await host.resume(run, source: source, observe: observe)
                    }
                    let status = ExitStatus.of(result)
                    if status != .success { worst = status }
                } catch let error as CommandError where error.status == ExitStatus.refused && id == nil {
                    // The others go on.
                    Console.standardError.writeLine("moonkeep: \(error)".printable)
                    worst = error.status
                }
            }
            await site.deliverMessages(service, journal)
            if await !site.cleanUpWhatIsDue(service), worst == .success { worst = ExitStatus.warning }
            await service.shutdown()
            throw worst
        }
    }

    /// The host with what the run may do, on its own source or another one.
    private func runner(
        _ host: PluginHost,
        _ run: RunRecord,
        _ script: Script?,
        _ site: Site,
        _ journal: RunStore
    ) async throws -> PluginHost {
        guard let script else { return try await site.host(host, for: run, in: journal) }
        return try site.host(host, for: script, mayAsk: !output.json)
    }

    private func chosen(in journal: RunStore) async throws -> [RunRecord] {
        let now = Clocks.now()
        guard let id else {
            return try await journal.unfinishedRuns().filter { $0.isInterrupted(at: now) }
        }
        let run = try await journal.run(id)
        guard !run.status.isOver else {
            throw CommandError(
                "run '\(run.id)' is over (\(run.status)) and cannot go on",
                fix: "'moonkeep replay \(run.id)' shows again what it did."
            )
        }
        guard answer != nil || !run.isExecuted(at: now) else {
            throw CommandError(
                "run '\(run.id)' is executed by process \(run.owner.processID)",
                fix: "Wait for it, or end it with 'moonkeep cancel \(run.id)'.",
                status: ExitStatus.failed
            )
        }
        return [run]
    }
}
