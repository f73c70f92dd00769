import BackupAPI

extension Report {
    /// The report as Markdown.
    public var markdown: String {
        let head = ["# \(title.escapedForMarkdown)", "Outcome: **\(outcome.rawValue)**"]
        let body = parts.map { part in
            switch part {
            case .section(let title): "## \(title.escapedForMarkdown)"
            case .text(let text): text.escapedForMarkdown
            case .table(let columns, let rows): Self.table(columns, rows)
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
        "| "
            + cells.map { $0.escapedForMarkdown.split(separator: "\n").joined(separator: " ") }.joined(
                separator: " | "
            ) + " |"
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
    /// The text with everything that Markdown or HTML would take for markup escaped.
    fileprivate var escapedForMarkdown: String {
        reduce(into: "") { text, character in
            if "\\`*_[]<>|#&~".contains(character) { text += "\\" }
            text.append(character)
        }
    }
}
