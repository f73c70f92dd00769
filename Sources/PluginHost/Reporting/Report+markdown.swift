import BackupAPI

extension Report {
    /// The report as Markdown.
    public var markdown: String {
        let rows = facts?.rows.map { "\($0.name) \($0.text.oneLine.escapedForMarkdown)" } ?? []
        let head =
            ["# \(title.oneLine.escapedForMarkdown)", "Outcome: **\(outcome.rawValue)**"]
            + (rows.isEmpty ? [] : [rows.joined(separator: ", ")])
        let body = parts.map { part in
            switch part {
            case .section(let title): "## \(title.oneLine.escapedForMarkdown)"
            case .text(let text): text.lines.map(\.escapedForMarkdown).joined(separator: "\n")
            case .table(let columns, let rows): Self.table(columns, rows)
            case .chart(let chart): "```text\n" + chart.lines.joined(separator: "\n") + "\n```"
            case .backups(let lines):
                Self.table([""] + BackupLine.columns, lines.map { [$0.mark] + $0.cells }) + Self.notes(lines)
            }
        }
        return (head + body).joined(separator: "\n\n") + "\n"
    }

    private static func table(_ columns: [String], _ rows: [[String]]) -> String {
        let rule = "| " + columns.map { _ in "---" }.joined(separator: " | ") + " |"
        return ([row(columns), rule] + rows.map(row)).joined(separator: "\n")
    }

    private static func row(_ cells: [String]) -> String {
        "| " + cells.map(\.oneLine.escapedForMarkdown).joined(separator: " | ") + " |"
    }

    private static func notes(_ lines: [BackupLine]) -> String {
        let notes = lines.flatMap(\.notes)
        return notes.isEmpty
            ? "" : "\n\n" + notes.map { "- \($0.escapedForMarkdown)" }.joined(separator: "\n")
    }
}

extension BackupLine {
    /// The outcome's mark, or one for a backup that still runs.
    var mark: String { outcome?.mark ?? "…" }
}

extension String {
    /// One line with everything that Markdown or HTML would take for markup escaped.
    ///
    /// Scalar by scalar: a combining accent after a `|` does not keep it from being one.
    fileprivate var escapedForMarkdown: String {
        var text = String.UnicodeScalarView()
        for scalar in printable.unicodeScalars {
            if Self.markup.contains(scalar) || text.isEmpty && Self.markupAtStart.contains(scalar) {
                text.append("\\")
            }
            text.append(scalar)
        }
        return String(text)
    }

    private static let markup = Set("\\`*_[]<>|#&~".unicodeScalars)
    /// Begins a list, or underlines a heading.
    private static let markupAtStart = Set("-+=".unicodeScalars)
}
