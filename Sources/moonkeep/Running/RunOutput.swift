import ArgumentParser
import PluginHost

/// The options of every command that shows runs as they happen.
struct RunOutput: ParsableArguments {
    @Flag(help: "One JSON object per event, for programs.")
    var json = false

    @Flag(help: "Nothing when all is well; else what the script prints, warnings, errors and the report.")
    var quiet = false

    func makePrinter() -> any RunPrinter {
        guard !json else {
            return JSONPrinter(output: Console.standardOutput, error: Console.standardError)
        }
        return Self.makePrinter(isQuiet: quiet)
    }

    /// What shows news to people: with bars where there is a terminal.
    static func makePrinter(isQuiet: Bool) -> any RunPrinter {
        let (output, error) = (Console.standardOutput, Console.standardError)
        if isQuiet || !error.isTerminal {
            return PlainPrinter(output: output, error: error, isQuiet: isQuiet, seconds: Clocks.seconds)
        }
        return TerminalPrinter(output: output, error: error, seconds: Clocks.seconds)
    }

    /// Whether somebody sits at the terminal who is asked what scripts want to know.
    var canAsk: Bool { !json && !quiet && QuestionPrompt.canAsk }

    /// Executes a run while it shows it, and its report at the end; a signal cancels it. The host that the run is given asks
    /// the person at the terminal, if there is one. Without a summary only why it failed is told at the end.
    func show(
        on host: PluginHost,
        hasSummary: Bool = true,
        _ execute:
            @escaping @Sendable (PluginHost, @escaping @Sendable (RunEvent) -> Void) async throws -> RunResult
    ) async throws -> RunResult {
        let printer = makePrinter()
        let host = canAsk ? host.asking(QuestionPrompt(pausing: printer).ask) : host
        let task = Task { try await execute(host, printer.print) }
        let interruption = Interruption(cancelling: task) {
            printer.note("stopping; once more to leave running backups alone")
        }
        defer { interruption.end() }
        let end = await task.result
        printer.end()
        guard case .success(let result) = end else {
            printer.release()
            return try end.get()
        }
        if quiet && result.isWell { return result }
        printer.release()
        if !json {
            let summary = RunSummary(result, style: Console.standardOutput.style)
            if hasSummary {
                summary.write(isSpaced: printer is TerminalPrinter)
            } else {
                summary.writeFailure()
            }
        }
        return result
    }
}

extension RunResult {
    /// Whether there is nothing that a person has to know.
    fileprivate var isWell: Bool {
        outcome == .ok && status == .ok && halt == nil && failure == nil && unfinished.isEmpty
    }
}
