public import BackupAPI

/// How text is emphasised on a terminal.
public struct TerminalStyle: Sendable {
    /// Whether colours are used.
    public var hasColour: Bool

    /// Makes a style.
    public init(hasColour: Bool) {
        self.hasColour = hasColour
    }

    /// A text in bold.
    public func bold(_ text: String) -> String { wrap(text, "1") }

    /// A text that stands back.
    public func dim(_ text: String) -> String { wrap(text, "2") }

    /// A text in an outcome's colour; unchanged when there is no outcome yet.
    public func paint(_ text: String, _ outcome: Outcome?) -> String {
        switch outcome {
        case .ok: wrap(text, "32")
        case .warning, .stopped, .skipped: wrap(text, "33")
        case .failed, .missed: wrap(text, "1;31")
        case nil: text
        }
    }

    private func wrap(_ text: String, _ code: String) -> String {
        hasColour ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}

extension Outcome {
    /// A mark that tells the outcome at a glance, also without colour.
    public var mark: String {
        switch self {
        case .ok: "✓"
        case .warning: "!"
        case .failed: "✗"
        case .stopped: "■"
        case .skipped: "–"
        case .missed: "?"
        }
    }
}

extension Report {
    /// The report as lines for a terminal.
    public func terminalLines(_ style: TerminalStyle) -> [String] {
        var lines: [String] = []
        for part in parts {
            if !lines.isEmpty { lines.append("") }
            switch part {
            case .section(let title): lines.append(style.bold(title.printable))
            case .text(let text):
                lines += text.lines.map(\.printable)
            case .table(let columns, let rows):
                lines += Self.lines(of: TextTable(columns: columns, rows: rows), style)
            case .chart(let chart): lines += chart.lines
            case .backups(let backups): lines += BackupLine.terminalLines(backups, style)
            }
        }
        return lines
    }

    private static func lines(of table: TextTable, _ style: TerminalStyle) -> [String] {
        let lines = table.lines()
        guard !table.columns.isEmpty, let title = lines.first else { return lines }
        return [style.dim(title)] + lines.dropFirst()
    }
}

extension BackupLine {
    /// A table of backups with a mark before each, and the notes below it.
    public static func terminalLines(_ backups: [BackupLine], _ style: TerminalStyle) -> [String] {
        let lines = TextTable(columns: columns, rows: backups.map(\.cells), rightAligned: figureColumns)
            .lines()
        let title = lines.first.map { ["  " + style.dim($0)] } ?? []
        let rows = zip(backups, lines.dropFirst()).map { backup, line in
            style.paint("\(backup.outcome?.mark ?? "…") \(line)", backup.outcome)
        }
        let notes = backups.flatMap { backup in
            backup.notes.map { style.paint("  \($0.printable)", backup.outcome) }
        }
        return title + rows + notes
    }
}
