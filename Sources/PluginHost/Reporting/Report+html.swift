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
            \(body.joined(separator: "\n"))
            </body>
            </html>

            """
    }

    /// Pictures need some more of it.
    private var style: String {
        let hasCharts = parts.contains { if case .chart = $0 { true } else { false } }
        return Self.style + (hasCharts ? "\n" + Chart.style : "")
    }

    private static let style = """
        :root { color-scheme: light dark; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 span { font-size: 1rem; padding: .2em .6em; border-radius: .4em; border: 1px solid; vertical-align: middle; }
        table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: .3em .8em; border-bottom: 1px solid #8884; white-space: nowrap; }
        .figure { text-align: right; }
        .ok { color: #17803d; } .warning, .stopped, .skipped { color: #a16207; } .failed, .missed { color: #b91c1c; }
        """

    private static func table(_ columns: [String], _ rows: [([String], Outcome?)], figures: Set<Int>)
        -> String
    {
        let head = columns.enumerated().map { cell("th", $1, isFigure: figures.contains($0)) }.joined()
        let body = rows.map { cells, outcome in
            let row = cells.enumerated().map { cell("td", $1, isFigure: figures.contains($0)) }.joined()
            return "<tr\(outcome.map { " class=\"\($0.rawValue)\"" } ?? "")>\(row)</tr>"
        }
        return "<table>\n<tr>\(head)</tr>\n\(body.joined(separator: "\n"))\n</table>"
    }

    private static func cell(_ tag: String, _ text: String, isFigure: Bool) -> String {
        "<\(tag)\(isFigure ? " class=\"figure\"" : "")>\(text.escapedForHTML)</\(tag)>"
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
