import ArgumentParser
import BackupAPI
import Foundation
import PluginHost
import RunJournal

struct Repl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repl",
        abstract: "Runs Lua as it is typed, with all that scripts have.",
        discussion: """
            A session is a run: 'moonkeep runs' shows what it did. Ctrl-C ends what a line waits for, Ctrl-D the session. \
            ':help' explains the rest. Without a terminal the lines of the input are run, and the exit code is 1 when one of \
            them failed.
            """
    )

    @OptionGroup var site: SiteOptions

    @OptionGroup var limits: RunLimits

    @Option(
        name: .customLong("allow"),
        help: ArgumentHelp(
            "Grant the session something, as a script's 'needs' does: shell:pg_dump. May be repeated.",
            valueName: "permission"
        )
    )
    var allowed: [String] = []

    func run() async throws {
        try await CommandError.naming {
            let limits = try limits.limits()
            let permissions = try allowed.map(Self.permission)
            let site = try site.open()
            let service = try await site.openService()
            let host = try site.makeHost(service, journal: site.openJournal(), limits: limits)
            let line = RunningLine()
            let task = Task { try await Self.session(host, site, permissions, line) }
            let signals = SessionSignals(interrupting: line, ending: task)
            defer { signals.end() }
            let status = try await task.value
            await service.shutdown()
            throw status
        }
    }

    private static func session(
        _ host: PluginHost,
        _ site: Site,
        _ permissions: [Permission],
        _ running: RunningLine
    ) async throws -> ExitCode {
        let printer = SessionPrinter { RunOutput.makePrinter(isQuiet: false) }
        let host = QuestionPrompt.canAsk ? host.asking(QuestionPrompt(pausing: printer).ask) : host
        let session = try await host.openSession(observe: printer.print)
        for permission in permissions { await session.grant(permission) }
        let words = SessionWords(modules: host.modules)
        let names = Task { words.setConfigurations(try await host.service.configurations().map(\.name)) }
        defer { names.cancel() }
        let input = makeInput(site, words)
        defer { input.end() }
        var loop = SessionLoop(
            session: session,
            input: input,
            printer: printer,
            running: running,
            words: words,
            modules: host.modules
        )
        await loop.run()
        printer.begin()
        let result = try await running.run { await session.end() }.get()
        printer.end()
        RunSummary(result, style: Console.standardOutput.style).write(isSpaced: input.isInteractive)
        let isOver = result.halt != nil || result.status == .cancelled
        if input.isInteractive, !isOver { return .success }
        return loop.hasFailed && !isOver ? ExitStatus.failed : ExitStatus.of(result)
    }

    private static func makeInput(_ site: Site, _ words: SessionWords) -> any LineInput {
        guard isatty(STDIN_FILENO) == 1, Console.standardOutput.isTerminal,
            let editor = LineEditor(
                historyPath: site.stateFolder + "/repl_history",
                complete: words.completion
            )
        else { return PipedLines() }
        let version = Moonkeep.configuration.version
        Console.standardOutput.writeLine("moonkeep \(version), Lua 5.4. ':help' explains, Ctrl-D ends.")
        return editor
    }

    private static func permission(_ text: String) throws -> Permission {
        if let permission = Permission(text) { return permission }
        let kinds = Permission.kinds.map(\.name)
        let kind = text.split(separator: ":").first.map(String.init) ?? ""
        let hint = kinds.nearest(to: kind).map { "Did you mean '\($0):…'?" }
        throw CommandError(
            "--allow '\(text)' is no permission",
            fix: hint ?? "The kinds are: \(kinds.joined(separator: ", "))."
        )
    }
}
