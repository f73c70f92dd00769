import BackupAPI
import LuaKit
import PluginHost
import RunJournal

/// What is printed when a run is over: the report, what failed, and the outcome in one line.
struct RunSummary {
    private let result: RunResult
    private let style: TerminalStyle

    init(_ result: RunResult, style: TerminalStyle) {
        self.result = result
        self.style = style
    }

    /// `isSpaced` sets the report apart from what is above it.
    func write(isSpaced: Bool) {
        let report = result.report.terminalLines(style)
        if isSpaced, !report.isEmpty { Console.standardError.writeLine("") }
        if !report.isEmpty { Console.standardOutput.write(report.joined(separator: "\n") + "\n") }
        writeFailure()
        for backup in result.unfinished {
            Console.standardError.writeLine(
                "backup \(backup.id) goes on; 'moonkeep backups \(backup.id.rawValue.prefix(8))' shows it"
            )
        }
        guard !report.isEmpty || result.outcome != .ok else { return }
        let message = result.failure == nil ? result.message.map { ": \($0.printable)" } ?? "" : ""
        let status = result.status.rawValue == result.outcome.rawValue ? "" : " (\(result.status))"
        let line = "\(result.outcome.mark) \(result.outcome.rawValue)\(status)\(message)"
        Console.standardOutput.writeLine(
            (report.isEmpty ? "" : "\n") + style.paint(line, result.outcome) + style.dim("  run \(result.id)")
        )
    }

    /// Writes why the run failed, if it did.
    func writeFailure() {
        for line in failureLines { Console.standardError.writeLine(line) }
    }

    private var failureLines: [String] {
        guard let failure = result.failure, result.status != .cancelled else { return [] }
        return Self.lines(of: failure, script: result.script)
    }

    /// What went wrong, for people: the script and the line, what to do about it, and the calls that led there.
    static func lines(of failure: RunFailure, script: String) -> [String] {
        if CommandScript.named(script) != nil {
            // Nobody has written it, so that a place in it helps nobody.
            var failure = failure
            failure.place = nil
            return "moonkeep: \(failure)".split(separator: "\n").map { String($0).printable }
        }
        let place = failure.place == nil ? "\(script): " : ""
        let text = "moonkeep: \(place)\(failure)" + (limitFix(failure).map { ". \($0)" } ?? "")
        return text.split(separator: "\n").map { String($0).printable }
            + failure.traceback.map { "    \($0.printable)" }
    }

    private static func limitFix(_ failure: RunFailure) -> String? {
        switch failure.code {
        case LuaError.Code.timeLimit.rawValue: "Give it more with --time-limit."
        case LuaError.Code.memoryLimit.rawValue: "Give it more with --memory-limit."
        default: nil
        }
    }
}
