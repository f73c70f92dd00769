import ArgumentParser
import BackupAPI
import Foundation
import LocalBackup
import LuaKit
import PluginHost
import RunJournal

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs a script.",
        usage: "moonkeep run [options] <script> [--name value ...]",
        discussion: """
            What follows the script is the script's own: it finds '--name value' in run.args.name; a workflow says itself what \
            it takes, and --help after its file shows that. Ctrl-C stops the run and \
            the backups that it started; a second one leaves them running. A run that is killed goes on with 'moonkeep \
            resume', or with --resume.
            """
    )

    @OptionGroup var site: SiteOptions

    @OptionGroup var output: RunOutput

    @OptionGroup var limits: RunLimits

    @Flag(help: "Go on with the newest run of this script that was interrupted, if there is one.")
    var resume = false

    @Flag(help: "Only show the steps that the script would take; nothing is done.")
    var plan = false

    @Argument(help: "The script's file.", completion: .file(extensions: ["lua"]))
    var script: String

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("The script's own arguments.", valueName: "argument")
    )
    var arguments: [String] = []

    func run() async throws {
        try await CommandError.naming {
            let limits = try limits.limits()
            let site = try site.open()
            let script = try await Script(file: script, in: site)
            if let help = try await script.help(arguments, in: site) {
                return Console.standardOutput.writeLine(help)
            }
            let arguments = try script.arguments(arguments)
            let service = try await site.openService()
            let journal = try site.openJournal()
            let host = try site.makeHost(service, journal: journal, limits: limits)
            if plan {
                let planner = try site.planningHost(host, for: script)
                try show(try await planner.plan(script.source, arguments: arguments))
                return await service.shutdown()
            }
            let interrupted = resume ? try await interruptedRun(of: script.source, in: journal) : nil
            let runner =
                if let interrupted { try await site.host(host, for: interrupted, in: journal) } else {
                    try site.host(host, for: script, mayAsk: !output.json)
                }
            let result = try await output.show(on: runner) { host, observe in
                guard let interrupted else {
                    return try await host.run(script.source, arguments: arguments, observe: observe)
                }
                return try await host.resume(interrupted, observe: observe)
            }
            await site.deliverMessages(service, journal)
            let isCleanedUp = await site.cleanUpWhatIsDue(service)
            await service.shutdown()
            throw ExitStatus.of(result, isCleanedUp: isCleanedUp)
        }
    }

    private func interruptedRun(of source: LuaSource, in journal: RunStore) async throws -> RunRecord? {
        let now = Clocks.now()
        let found = try await journal.unfinishedRuns().last {
            $0.scriptName == source.name && $0.isInterrupted(at: now)
        }
        if let found { Console.standardError.writeLine("going on with run \(found.id)") }
        return found
    }

    private func show(_ plan: Plan) throws {
        if output.json {
            return Console.standardOutput.writeLine(
                try JSONText.encode(PlanJSON(plan), layout: .pretty)
            )
        }
        let table = TextTable(
            columns: ["", "call", "kind"],
            rows: plan.steps.enumerated().map { index, step in
                ["\(index + 1)", step.description.printable, step.kind.rawValue]
            },
            rightAligned: [0]
        )
        for line in table.lines() { Console.standardOutput.writeLine(line) }
        if plan.steps.isEmpty { Console.standardOutput.writeLine("The script takes no steps.") }
        if let failure = plan.result.failure {
            throw CommandError("the script failed: \(failure)", status: ExitStatus.failed)
        }
    }
}

/// A plan as JSON.
private struct PlanJSON: Encodable {
    let steps: [Step]

    struct Step: Encodable {
        let name: String
        let kind: String
        let input: JSONValue
    }

    init(_ plan: Plan) {
        steps = plan.steps.map {
            Step(name: $0.name, kind: $0.kind.rawValue, input: JSONValue(text: $0.input))
        }
    }
}
