import BackupAPI
import PluginHost
import Synchronization

/// Shows a run in plain lines, for logs and pipes: what the script prints on the output, all else on the error stream.
final class PlainPrinter: RunPrinter {
    private let output: Console
    private let error: Console
    private let isQuiet: Bool
    private let seconds: @Sendable () -> Double
    private let shown = Mutex<[ResourceID<Backup>: Shown]>([:])
    /// What the script has printed and nobody needs while all is well, and how many lines before it are left out.
    private let held = Mutex<(lines: [String], leftOut: Int)>(([], 0))

    /// What was last said of a backup.
    private struct Shown {
        var state: ActivityState
        var seconds: Double
    }

    /// Seconds between two lines of a backup.
    private static let interval = 10.0

    /// Lines that a quiet printer holds back at most.
    private static let mostLines = 10_000

    /// A quiet printer shows warnings and errors; what the script prints it shows when it is released.
    init(output: Console, error: Console, isQuiet: Bool, seconds: @escaping @Sendable () -> Double) {
        self.output = output
        self.error = error
        self.isQuiet = isQuiet
        self.seconds = seconds
    }

    func print(_ event: RunEvent) {
        switch event {
        case .started, .resumed, .finished: break
        case .output(let line): isQuiet ? hold(line) : output.writeOutput(line)
        case .log(let level, let message, let fields):
            guard !isQuiet || level == .warn || level == .error else { return }
            error.writeLine(LogLine.text(level, message, fields, style: error.style))
        case .asked(let question):
            for line in QuestionLines.lines(of: question) { error.writeLine(line) }
        case .backupStarted(let backup, let name):
            shown.withLock { $0[backup.id] = Shown(state: backup.state, seconds: seconds()) }
            say(BackupSentence.start(of: backup, name))
        case .backupProgress(let update, let name):
            if isDue(update) { say(BackupSentence.progress(update, name)) }
        case .backupFinished(let backup, let name):
            guard !isQuiet || backup.state.outcome != .ok else { return }
            error.writeLine(BackupSentence.end(of: backup, name, style: error.style))
        }
    }

    func note(_ text: String) {
        error.writeLine(text)
    }

    func release() {
        let (lines, leftOut) = held.withLock { held in
            defer { held = ([], 0) }
            return held
        }
        if leftOut > 0 { output.writeLine("(\(leftOut) lines are left out here)") }
        for line in lines { output.writeOutput(line) }
    }

    func end() {}

    private func hold(_ line: String) {
        held.withLock { held in
            held.lines.append(line)
            guard held.lines.count >= 2 * Self.mostLines else { return }
            held.leftOut += Self.mostLines
            held.lines.removeFirst(Self.mostLines)
        }
    }

    private func say(_ line: String) {
        if !isQuiet { error.writeLine(line) }
    }

    /// A stop is told at once, all else from time to time: short backups have a first and a last line.
    private func isDue(_ update: BackupUpdate) -> Bool {
        guard !update.backup.state.isFinal else { return false }
        let now = seconds()
        return shown.withLock { shown in
            let last = shown[update.backup.id]
            let isStopping = update.backup.state == .stopRequested && last?.state != .stopRequested
            guard isStopping || now - (last?.seconds ?? -Self.interval) >= Self.interval else { return false }
            shown[update.backup.id] = Shown(state: update.backup.state, seconds: now)
            return true
        }
    }
}
