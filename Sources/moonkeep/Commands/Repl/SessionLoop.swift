import BackupAPI
import PluginHost

/// Reads lines, runs them and shows what comes of it, until the input ends.
struct SessionLoop {
    let session: RunSession
    let input: any LineInput
    let printer: SessionPrinter
    let running: RunningLine
    let words: SessionWords
    let modules: [Module]
    private(set) var hasFailed = false

    private let output = Console.standardOutput
    private let error = Console.standardError

    init(
        session: RunSession,
        input: any LineInput,
        printer: SessionPrinter,
        running: RunningLine,
        words: SessionWords,
        modules: [Module]
    ) {
        self.session = session
        self.input = input
        self.printer = printer
        self.running = running
        self.words = words
        self.modules = modules
    }

    /// Runs until the input ends, somebody wants the end, or the run is over.
    mutating func run() async {
        var typed: [String] = []
        while await !session.isOver {
            if typed.isEmpty, input.isInteractive { words.setNames(await session.names()) }
            switch await input.next(prompt: typed.isEmpty ? "> " : ">> ") {
            case .interrupted: typed = []
            case .end:
                if input.isInteractive { output.writeLine("") }
                return await runUnfinished(typed)
            case .line(let line):
                typed.append(line)
                guard let isGoingOn = await take(typed.joined(separator: "\n")) else { continue }
                guard isGoingOn else { return }
                typed = []
            }
        }
    }

    /// Does what a text says; returns whether the session goes on, `nil` when the text does.
    private mutating func take(_ text: String) async -> Bool? {
        if let command = SessionCommand(text) {
            input.remember(text)
            return await obey(command)
        }
        let line = SessionLine(text)
        guard !line.isUnfinished else { return nil }
        guard !text.allSatisfy(\.isWhitespace) else { return true }
        input.remember(text)
        await run(line)
        return true
    }

    /// What the input ends in the middle of, so that its mistake is told.
    private mutating func runUnfinished(_ typed: [String]) async {
        if !typed.isEmpty, !Task.isCancelled { await run(SessionLine(typed.joined(separator: "\n"))) }
    }

    private mutating func obey(_ command: SessionCommand) async -> Bool {
        switch command {
        case .quit: return false
        case .help(let topic): explain(topic)
        case .time(let text):
            let began = ContinuousClock.now
            await run(SessionLine(text))
            error.writeLine("took \(Figures.duration(.now - began))")
        case .unknown(let word):
            let hint = SessionCommand.words.nearest(to: word).map { "Did you mean '\($0)'?" }
            complain("there is no command '\(word)'. \(hint ?? "':help' lists them.")")
        }
        return true
    }

    private mutating func explain(_ topic: String) {
        let help = ModuleHelp(modules: modules)
        if topic.isEmpty {
            let lines = [SessionCommand.explanation, "", "Modules:"] + Help.lines(on: modules)
            output.writeLine(lines.joined(separator: "\n"))
        } else if let text = help.text(about: topic) {
            output.writeLine(text)
        } else {
            let hint = help.topics.nearest(to: topic).map { "Did you mean '\($0)'?" }
            complain("there is no help on '\(topic)'. \(hint ?? "':help' lists the modules.")")
        }
    }

    private mutating func run(_ line: SessionLine) async {
        printer.begin()
        let end = await running.run { [session] in try await session.run(line) }
        printer.end()
        switch end {
        case .success(let values):
            for value in values { output.writeLine(value.withoutControlsInLines) }
        case .failure(let failure as SessionFailure): await show(failure)
        case .failure(let other): complain("\(other)")
        }
    }

    private mutating func show(_ failed: SessionFailure) async {
        hasFailed = true
        var failure = failed.failure
        if let refused = failed.refused {
            failure.fix = input.isInteractive ? nil : "Start the session with --allow '\(refused)'."
        }
        for line in RunSummary.lines(of: failure, script: "repl") { error.writeLine(line) }
        if failed.isStateLost { error.writeLine("what lines have defined is gone; the next one begins anew") }
        if let refused = failed.refused, input.isInteractive { await offer(refused) }
    }

    /// Asks whether the session may do what it was refused.
    private func offer(_ permission: Permission) async {
        let question = "Allow '\(permission)' in this session: it \(permission.words)? [y/N] ".printable
        guard case .line(let answer) = await input.next(prompt: question),
            ["y", "yes"].contains(answer.lowercased())
        else { return }
        await session.grant(permission)
        error.writeLine("allowed; now type the line again")
    }

    private mutating func complain(_ text: String) {
        hasFailed = true
        error.writeLine("moonkeep: \(text)".printable)
    }
}
