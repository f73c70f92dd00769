import ArgumentParser
import BackupAPI
import PluginHost
import RunJournal

struct Runs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the runs of the site, or shows one with its steps."
    )

    @OptionGroup var site: SiteOptions

    @Flag(help: "JSON, for programs.")
    var json = false

    @OptionGroup var list: ListOptions

    @Argument(help: "A run's id, or the beginning of it.")
    var id: String?

    func run() async throws {
        try await CommandError.naming {
            let journal = try site.open().openJournal()
            if let id {
                let run = try await journal.run(id)
                try show(run, steps: try await journal.steps(of: run.id))
            } else {
                try show(try await journal.runs(limit: list.limit))
            }
        }
    }

    private func show(_ runs: [RunRecord]) throws {
        if json {
            return Console.standardOutput.writeLine(
                try JSONText.encode(runs.map { RunJSON($0) }, layout: .pretty)
            )
        }
        guard !runs.isEmpty else { return Console.standardOutput.writeLine("There are no runs yet.") }
        let table = TextTable(
            columns: ["run", "script", "status", "started", "time"],
            rows: runs.map { run in
                [
                    run.id, run.scriptName, run.status.rawValue,
                    Timestamp(microseconds: run.started).wholeSeconds, run.timeText,
                ]
            },
            rightAligned: [4]
        )
        for line in table.lines() { Console.standardOutput.writeLine(line) }
    }

    private func show(_ run: RunRecord, steps: [StepRecord]) throws {
        if json {
            return Console.standardOutput.writeLine(
                try JSONText.encode(RunJSON(run, steps: steps), layout: .pretty)
            )
        }
        let facts = TextTable(
            columns: [],
            rows: [
                ["run", run.id], ["script", run.scriptName],
            ] + (run.arguments == "[]" ? [] : [["arguments", run.arguments]]) + [
                ["status", run.status.rawValue],
                ["started", Timestamp(microseconds: run.started).wholeSeconds], ["time", run.timeText],
            ] + (run.message.map { [["message", $0]] } ?? [])
        )
        guard !steps.isEmpty else { return facts.lines().forEach(Console.standardOutput.writeLine) }
        let table = TextTable(
            columns: ["step", "call", "state", "result"],
            rows: steps.map { step in
                [
                    "\(step.key.taskPath)#\(step.key.sequence)", step.name, step.state.rawValue,
                    String((step.error ?? step.output ?? "").prefix(80)),
                ]
            }
        )
        for line in facts.lines() + [""] + table.lines() { Console.standardOutput.writeLine(line) }
    }
}

extension RunRecord {
    fileprivate var timeText: String {
        ended.map { Figures.duration(.microseconds($0 - started)) } ?? ""
    }
}
