import BackupAPI

extension Report {
    /// The report as one HTML file that needs nothing else.
    public var html: String {
        let body = parts.map { part in
            switch part {
            case .section(let title): "<h2>\(title.escapedForHTML)</h2>"
            case .text(let text):
                text.paragraphs.map { "<p>\($0.escapedForHTML)</p>" }.joined(separator: "\n")
            case .table(let columns, let rows): Self.table(columns, rows.map { ($0, nil) }, figures: [])
            case .chart(let chart): chart.svg { $0.escapedForHTML }
            case .backups(let lines):
                Self.table(
                    [""] + BackupLine.columns,
                    lines.map { ([$0.mark] + $0.cells, $0.outcome) },
                    figures: Set(BackupLine.figureColumns.map { $0 + 1 })
                ) + Self.notes(lines)
            }
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title.escapedForHTML): \(outcome.rawValue)</title>
            <style>
            \(style)
            </style>
            </head>
            <body>
            <h1>\(title.escapedForHTML) <span class="\(outcome.rawValue)">\(outcome.mark) \(outcome.rawValue)</span></h1>
            \(factsLine)\(body.joined(separator: "\n"))
            </body>
            </html>

            """
    }

    private var style: String {
        ReportStyle.text(hasCharts: parts.contains { if case .chart = $0 { true } else { false } })
    }

    /// A line below the title, of parts that stay together.
    private var factsLine: String {
        guard let facts else { return "" }
        let spans = facts.rows.map { "<span>\($0.name) \($0.text.escapedForHTML)</span>" }
        return "<p class=\"facts\">\(spans.joined(separator: " "))</p>\n"
    }

    private static func table(_ columns: [String], _ rows: [([String], Outcome?)], figures: Set<Int>)
        -> String
    {
        let head = columns.enumerated().map { cell("th", $1, isFigure: figures.contains($0)) }.joined()
        let body = rows.map { cells, outcome in
            let row = cells.enumerated().map { index, text in
                cell("td", text, isFigure: figures.contains(index), label: columns[index])
            }.joined()
            return "<tr\(outcome.map { " class=\"\($0.rawValue)\"" } ?? "")>\(row)</tr>"
        }
        return "<table>\n<tr>\(head)</tr>\n\(body.joined(separator: "\n"))\n</table>"
    }

    /// A cell; `label` is its column's title, which stands before it where the page is narrow.
    private static func cell(_ tag: String, _ text: String, isFigure: Bool, label: String = "") -> String {
        let title = label.isEmpty ? "" : " data-label=\"\(label.escapedForHTML)\""
        return "<\(tag)\(isFigure ? " class=\"figure\"" : "")\(title)>\(text.escapedForHTML)</\(tag)>"
    }

    private static func notes(_ lines: [BackupLine]) -> String {
        let notes = lines.flatMap { line in
            line.notes.map { "<li class=\"\(line.outcome?.rawValue ?? "")\">\($0.escapedForHTML)</li>" }
        }
        return notes.isEmpty ? "" : "\n<ul>\n\(notes.joined(separator: "\n"))\n</ul>"
    }
}

extension String {
    /// The text for people, with the marks of HTML replaced.
    fileprivate var escapedForHTML: String {
        lines.map(\.printable).joined(separator: "\n").escapedForMarkup
    }
}
