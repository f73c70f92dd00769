import ArgumentParser
import BackupAPI
import PluginHost
import RunJournal

struct Runs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "Lists the runs of the site, or shows one with its steps.",
        discussion: """
            Of one run it shows when it began and ended, how long it took, and each of its calls: when it began, counted from \
            the run's beginning, how long it took, with what, and what came of it.

            Runs that wait for a person stand first, then those that were interrupted; 'moonkeep resume' goes on with both.
            """
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
                let runs = try await newest(in: journal)
                try show(runs)
                if !json { try await showQuestions(of: runs, in: journal) }
            }
        }
    }

    /// The parked runs, the interrupted ones, then the rest, each newest first.
    private func newest(in journal: RunStore) async throws -> [RunRecord] {
        let now = Clocks.now()
        let open = Array(try await journal.unfinishedRuns().reversed())
        let parked = open.filter { $0.status == .parked }
        let interrupted = open.filter { $0.isInterrupted(at: now) }
        let first = parked + interrupted
        let rest = try await journal.runs(limit: list.limit)
            .filter { run in !first.contains { $0.id == run.id } }
        return Array((first + rest).prefix(list.limit))
    }

    private func show(_ runs: [RunRecord]) throws {
        if json {
            return Console.standardOutput.writeLine(
                try JSONText.encode(runs.map { RunJSON($0) }, layout: .pretty)
            )
        }
        guard !runs.isEmpty else { return Console.standardOutput.writeLine("There are no runs yet.") }
        let now = Clocks.now()
        let table = TextTable(
            columns: ["run", "script", "status", "started", "time"],
            rows: runs.map { run in
                [
                    run.id, run.scriptName, run.statusText(at: now),
                    Timestamp(microseconds: run.started).local, run.timeText,
                ]
            },
            rightAligned: [4]
        )
        for line in table.lines() { Console.standardOutput.writeLine(line) }
    }

    /// What the runs wait for, of people.
    private func showQuestions(of runs: [RunRecord], in journal: RunStore) async throws {
        var (asked, undecided): ([String], [String]) = ([], [])
        for run in runs where !run.status.isOver {
            let questions = run.openQuestions(try await journal.steps(of: run.id))
            let asking = questions.filter { $0.question.asked != nil }
            asked += asking.flatMap { ["", "\(run.id) asks:"] + $0.lines(run) }
            guard run.status == .parked, asking.isEmpty else { continue }
            undecided.append("\(run.id) waits for you: \((run.message ?? "").printable)")
        }
        if !undecided.isEmpty { undecided = [""] + undecided + ["'moonkeep runs RUN' shows the choices."] }
        for line in asked + undecided { Console.standardOutput.writeLine(line) }
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
                ["status", run.statusText(at: Clocks.now())],
                ["started", Timestamp(microseconds: run.started).local],
            ] + (run.ended.map { [["ended", Timestamp(microseconds: $0).local]] } ?? []) + [
                ["time", run.timeText.isEmpty ? "–" : run.timeText], ["calls", Figures.count(steps.count)],
            ] + (run.attempt > 1 ? [["attempt", "\(run.attempt)"]] : [])
                + (run.message.map { [["message", $0]] } ?? [])
        )
        var lines = facts.lines()
        for question in run.openQuestions(steps) { lines += [""] + question.lines(run) }
        guard !steps.isEmpty else { return lines.forEach(Console.standardOutput.writeLine) }
        let table = TextTable(
            columns: ["step", "began", "time", "call", "state", "result"],
            rows: steps.map { step in
                [
                    "\(step.key.taskPath)#\(step.key.sequence)",
                    "+" + Figures.duration(.microseconds(step.started - run.started)), step.timeText,
                    step.callText, step.state.rawValue, String((step.error ?? step.output ?? "").prefix(80)),
                ]
            },
            rightAligned: [1, 2]
        )
        for line in lines + [""] + table.lines() { Console.standardOutput.writeLine(line) }
    }
}

extension StepRecord {
    /// How long it took; empty while it is under way.
    fileprivate var timeText: String {
        ended.map { Figures.duration(.microseconds($0 - started)) } ?? ""
    }

    /// The call as a script would write it, with the beginning of its arguments.
    fileprivate var callText: String {
        let arguments = input.hasPrefix("[") ? String(input.dropFirst().dropLast()) : input
        let shown = arguments.count > Self.longest ? arguments.prefix(Self.longest - 1) + "…" : arguments
        return "\(name)(\(shown))"
    }

    private static var longest: Int { 60 }
}

extension RunRecord {
    fileprivate var timeText: String {
        ended.map { Figures.duration(.microseconds($0 - started)) } ?? ""
    }
}
