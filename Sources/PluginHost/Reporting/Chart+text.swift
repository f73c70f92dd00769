extension Chart {
    private static let blocks = Array("▁▂▃▄▅▆▇█")

    /// The picture as lines of text.
    var lines: [String] {
        let head = title.isEmpty ? [] : [(unit.isEmpty ? title : "\(title), \(unit)").printable]
        switch content {
        case .lines(let series): return head + series.prefix(Self.seriesLimit).map(Self.line)
        case .bars(let bars):
            let longest = bars.map(\.value).max() ?? 0
            return head
                + Self.rows(
                    bars.prefix(Self.rowLimit).map { bar in
                        let part = longest > 0 ? max(0, bar.value / longest) : 0
                        return [
                            bar.label,
                            String(repeating: "█", count: Int((part * 30).rounded())) + " "
                                + Figures.number(bar.value),
                        ]
                    }
                )
        case .timeline(let spans):
            let last = max(spans.map(\.end).max() ?? 0, 1e-6)
            return head
                + Self.rows(
                    spans.prefix(Self.rowLimit).map { span in
                        let start = Int((min(1, max(0, span.start / last)) * 30).rounded())
                        let width = max(1, Int(((span.end - span.start) / last * 30).rounded()))
                        let bar =
                            String(repeating: " ", count: start)
                            + String(repeating: span.isFailed ? "▒" : "█", count: width)
                        return [span.label, "\(bar) \(Figures.duration(.seconds(span.end - span.start)))"]
                    }
                )
        }
    }

    /// `rate  ▁▂▅█▇  0.5 to 12`
    private static func line(_ series: Series) -> String {
        guard let low = series.points.map(\.y).min(), let high = series.points.map(\.y).max() else {
            return "\(series.name.printable)  no figures"
        }
        let count = min(48, series.points.count)
        let marks = (0..<count).map { column in
            let part = series.points[
                (column * series.points.count / count)..<((column + 1) * series.points.count / count)
            ]
            let value = part.map(\.y).max() ?? low
            let place = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0
            return blocks[min(blocks.count - 1, Int(place * Double(blocks.count)))]
        }
        return "\(series.name.printable)  \(String(marks))  \(Figures.number(low)) to \(Figures.number(high))"
    }

    private static func rows(_ rows: [[String]]) -> [String] {
        rows.isEmpty ? ["no figures"] : TextTable(columns: [], rows: rows).lines()
    }
}
