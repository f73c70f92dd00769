import BackupAPI
import LuaKit
import PluginHost
import RunJournal
import HostSystem

/// Shows the news of a run to whoever started it. Any thread may call it.
protocol RunPrinter: Sendable {
    /// Shows one piece of news.
    func print(_ event: RunEvent)
    /// Shows a word of the command itself.
    func note(_ text: String)
    /// Leaves the screen to a question: what happens until ``resume()`` is shown then.
    func pause()
    /// Goes on after a question.
    func resume()
    /// Shows what was held back because all seemed to be well.
    func release()
    /// Leaves the screen in order; nothing follows.
    func end()
}

extension RunPrinter {
    /// Nothing is in the way of a question.
    func pause() {}
    /// Nothing is held back.
    func release() {}
    /// There is nothing to go on with.
    func resume() {}
}

/// A log message as a line: `12:00:01 warn  look at it  errors=2`.
enum LogLine {
    static func text(_ level: LogLevel, _ message: String, _ fields: LuaValue, style: TerminalStyle) -> String
    {
        let name = level.rawValue + String(repeating: " ", count: 5 - level.rawValue.count)
        let painted =
            switch level {
            case .debug: style.dim(name)
            case .info: name
            case .warn: style.paint(name, .warning)
            case .error: style.paint(name, .failed)
            }
        return ([painted, message.printable] + pairs(fields)).joined(separator: "  ")
    }

    private static func pairs(_ fields: LuaValue) -> [String] {
        guard case .table(let table) = fields else { return [] }
        return table.fields.compactMap { key, value in
            key.text.map { "\($0)=\(value.textForPeople)".printable }
        }.sorted()
    }
}

/// What happened to a backup, in one line.
enum BackupSentence {
    static func start(of backup: Backup, _ name: String) -> String {
        "\(name.printable): backup \(backup.id) started"
    }

    /// With the figures when there is a snapshot, and with the reason when it is not all well.
    static func end(of backup: Backup, _ name: String, style: TerminalStyle) -> String {
        let outcome = backup.state.outcome
        var text = style.paint("\(outcome?.mark ?? "…") \(name.printable): \(backup.state)", outcome)
        if backup.snapshotID != nil {
            let (size, added) = (Figures.bytes(backup.bytesSearched), Figures.bytes(backup.bytesBackedUp))
            text += ", \(Figures.files(backup.filesSearched)), \(size), \(added) added"
        }
        if let time = backup.startedTime.flatMap({ backup.endedTime?.since($0) }) {
            text += " in \(Figures.duration(time))"
        }
        let reason = backup.errors.diagnostics ?? backup.errors.reason
        return reason.isEmpty ? text : "\(text): \(reason.printable)"
    }

    static func progress(_ update: BackupUpdate, _ name: String) -> String {
        guard let progress = update.progress else { return "\(name.printable): \(update.backup.state)" }
        let percent = progress.fraction.map { "\(Int($0 * 100)) %, " } ?? ""
        return """
            \(name.printable): \(update.backup.state), \(percent)\(Figures.bytes(progress.bytesDone)) of \
            \(Figures.bytes(progress.totalBytes)), \(Figures.files(progress.filesDone))
            """
    }
}

/// What a script asks, in lines for whoever may answer elsewhere.
enum QuestionLines {
    /// The question, its details, the commands that answer it, and what happens when nobody does.
    static func lines(of question: OpenQuestion) -> [String] {
        guard let asked = question.question.asked else { return [] }
        let answers = asked.choices.map { choice in
            "  moonkeep resume \(question.step.run) --answer \(choice.shellWord)".printable
        }
        let end = asked.deadline.map { "'\(asked.preset ?? "")' is taken at \($0.local)." }
        return QuestionPrompt.lines(of: asked) + answers + (end.map { [$0] } ?? [])
    }
}

extension String {
    /// The lines, without control characters.
    var screenLines: [String] {
        split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { String($0).printable }
    }
}

extension Figures {
    /// `1 file`, `1,234 files`.
    static func files(_ count: Int) -> String {
        "\(self.count(count)) \(count == 1 ? "file" : "files")"
    }
}
