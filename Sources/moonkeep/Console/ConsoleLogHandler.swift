import BackupAPI
import Logging

/// Writes a log's lines to a stream, each in one line and without what could steer a terminal.
struct ConsoleLogHandler: LogHandler {
    let console: Console
    /// Stands before each line.
    let prefix: @Sendable (Logger.Level) -> String
    var logLevel = Logger.Level.notice
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let pairs = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let line = ([prefix(event.level) + "\(event.message)"] + pairs).joined(separator: " ")
        console.writeLine(line.split(whereSeparator: \.isNewline).joined(separator: " ").withoutControls)
    }
}
