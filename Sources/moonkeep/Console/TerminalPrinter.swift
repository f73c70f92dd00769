import BackupAPI
import PluginHost
import Synchronization

/// Shows a run as it happens to a person at a terminal: bars that are redrawn in place below what scrolls by.
final class TerminalPrinter: RunPrinter {
    private let output: Console
    private let error: Console
    private let style: TerminalStyle
    private let seconds: @Sendable () -> Double
    private let screen = Mutex(Screen())

    /// The bars that are shown, oldest first, and how many lines they take now.
    private struct Screen {
        var bars: [(id: ResourceID<Backup>, bar: ProgressBar)] = []
        var lineCount = 0
        /// What has happened while a question is open; `nil` when none is.
        var heldBack: [RunEvent]?
    }

    /// `seconds` is a steady clock.
    init(output: Console, error: Console, seconds: @escaping @Sendable () -> Double) {
        self.output = output
        self.error = error
        self.style = error.style
        self.seconds = seconds
    }

    func print(_ event: RunEvent) {
        screen.withLock { screen in
            guard screen.heldBack == nil else {
                screen.heldBack?.append(event)
                return
            }
            show(event, on: &screen)
        }
    }

    private func show(_ event: RunEvent, on screen: inout Screen) {
        switch event {
        // Who sits here is asked by the command itself.
        case .started, .resumed, .asked, .finished: break
        case .output(let line): scroll(&screen) { output.writeOutput(line) }
        case .log(let level, let message, let fields):
            scroll(&screen) { error.writeLine(LogLine.text(level, message, fields, style: style)) }
        case .backupStarted(let backup, let name):
            screen.bars.append((backup.id, ProgressBar(name: name, update: BackupUpdate(backup: backup))))
            draw(&screen)
        case .backupProgress(let update, let name):
            if !screen.bars.contains(where: { $0.id == update.backup.id }), !update.backup.state.isFinal {
                screen.bars.append((update.backup.id, ProgressBar(name: name, update: update)))
            }
            for index in screen.bars.indices where screen.bars[index].id == update.backup.id {
                screen.bars[index].bar.take(update, at: seconds())
            }
            draw(&screen)
        case .backupFinished(let backup, let name):
            screen.bars.removeAll { $0.id == backup.id }
            scroll(&screen) { error.writeLine(BackupSentence.end(of: backup, name, style: style)) }
        }
    }

    func pause() {
        screen.withLock { screen in
            clear(&screen)
            screen.heldBack = []
        }
    }

    func resume() {
        screen.withLock { screen in
            let events = screen.heldBack ?? []
            screen.heldBack = nil
            for event in events { show(event, on: &screen) }
            draw(&screen)
        }
    }

    func note(_ text: String) {
        screen.withLock { screen in scroll(&screen) { error.writeLine(text) } }
    }

    func end() {
        screen.withLock { clear(&$0) }
    }

    /// Writes something above the bars.
    private func scroll(_ screen: inout Screen, _ write: () -> Void) {
        clear(&screen)
        write()
        draw(&screen)
    }

    private func clear(_ screen: inout Screen) {
        if screen.lineCount > 0 { error.draw("\u{1b}[\(screen.lineCount)A\r\u{1b}[J") }
        screen.lineCount = 0
    }

    /// One write for all, so that nothing flickers.
    private func draw(_ screen: inout Screen) {
        let width = error.width
        let nameWidth = screen.bars.map(\.bar.nameWidth).max() ?? 0
        let lines = screen.bars.map {
            $0.bar.line(width: width, nameWidth: nameWidth, style: style) + "\u{1b}[K\n"
        }
        let back = screen.lineCount > 0 ? "\u{1b}[\(screen.lineCount)A\r" : ""
        error.draw(back + lines.joined() + (lines.count < screen.lineCount ? "\u{1b}[J" : ""))
        screen.lineCount = lines.count
    }
}
