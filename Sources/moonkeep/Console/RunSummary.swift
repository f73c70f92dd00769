import RunJournal
import BackupAPI
import PluginHost

/// What is printed when a run is over: the report, what failed, and the outcome in one line.
struct RunSummary {
    private let result: RunResult
    private let style: TerminalStyle

    init(_ result: RunResult, style: TerminalStyle) {
        self.result = result
        self.style = style
    }

    func write() {
        let report = result.report.terminalLines(style)
        if !report.isEmpty { Console.standardOutput.write(report.joined(separator: "\n") + "\n") }
        for line in failureLines { Console.standardError.writeLine(line) }
        for backup in result.unfinished {
            Console.standardError.writeLine(
                "backup \(backup.id) goes on; 'moonkeep backups \(backup.id.rawValue.prefix(8))' shows it"
            )
        }
        guard !report.isEmpty || result.outcome != .ok else { return }
        let message = result.failure == nil ? result.message.map { ": \($0)" } ?? "" : ""
        let status = result.status.rawValue == result.outcome.rawValue ? "" : " (\(result.status))"
        let line = "\(result.outcome.mark) \(result.outcome.rawValue)\(status)\(message)"
        Console.standardOutput.writeLine(
            (report.isEmpty ? "" : "\n") + style.paint(line, result.outcome) + style.dim("  run \(result.id)")
        )
    }

    private var failureLines: [String] {
        guard let failure = result.failure else { return [] }
        return ["moonkeep: \(failure)"] + failure.traceback.map { "    \($0)" }
    }
}
