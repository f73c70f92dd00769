import BackupAPI
import Logging
import Synchronization

/// Writes a log's lines to a stream, each in one line and without what could steer a terminal. What is tried over and over is
/// told once in a minute.
struct ConsoleLogHandler: LogHandler {
    private let console: Console
    private let prefix: @Sendable (Logger.Level) -> String
    private let last = LastLine()
    var logLevel = Logger.Level.notice
    var metadata: Logger.Metadata = [:]

    /// `prefix` makes what stands before each line.
    init(console: Console, prefix: @escaping @Sendable (Logger.Level) -> String) {
        self.console = console
        self.prefix = prefix
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let pairs = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let text = (["\(event.message)"] + pairs).joined(separator: " ")
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ").withoutControls
        guard last.isNew(line) else { return }
        console.writeLine(prefix(event.level) + line)
    }
}

/// The line that a log has last.
private final class LastLine: Sendable {
    private let state = Mutex<(text: String, time: ContinuousClock.Instant)?>(nil)

    /// Whether a line is another one, or was told a while ago.
    func isNew(_ text: String) -> Bool {
        state.withLock { state in
            let now = ContinuousClock.now
            if let last = state, last.text == text, now - last.time < .seconds(60) { return false }
            state = (text, now)
            return true
        }
    }
}

extension Logger {
    /// Warnings and errors on the error stream, as commands tell them.
    static var ofCommands: Logger {
        var log = Logger(label: "moonkeep") { _ in
            ConsoleLogHandler(console: .standardError) { _ in "moonkeep: " }
        }
        log.logLevel = .warning
        return log
    }
}
