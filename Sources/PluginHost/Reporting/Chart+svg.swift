extension Chart {
    /// The picture as SVG that stands in HTML; `escape` makes a text safe there.
    func svg(escape: @escaping (String) -> String) -> String {
        var canvas = SVGCanvas(escape: escape)
        switch content {
        case .lines(let series): canvas.draw(series.prefix(Self.seriesLimit).map(\.thinned), unit: unit)
        case .bars(let bars): canvas.draw(Array(bars.prefix(Self.rowLimit)))
        case .timeline(let spans): canvas.draw(Array(spans.prefix(Self.rowLimit)))
        }
        let name = escape(title.isEmpty ? "chart" : title)
        let caption =
            title.isEmpty
            ? "" : "<figcaption>\(escape(title))\(unit.isEmpty ? "" : ", " + escape(unit))</figcaption>\n"
        return """
            <figure>
            \(caption)<svg viewBox="0 0 \(SVGCanvas.width) \(canvas.height)" role="img" aria-label="\(name)">
            \(canvas.elements.joined(separator: "\n"))
            </svg>
            </figure>
            """
    }

    /// What the page's style has for the pictures.
    static let style = """
        figure { margin: 1rem 0; } figcaption { font-weight: 600; margin-bottom: .3rem; }
        svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; fill: currentColor; }
        svg polyline { stroke-width: 2; stroke-linejoin: round; } svg polyline[class] { fill: none; } svg .failed { fill: currentColor; }
        """
}

/// Elements of a picture of a fixed width.
struct SVGCanvas {
    static let width = 760
    /// The classes of series, which have colours in the page's style.
    private static let colours = (0..<8).map { "s\($0)" }

    let escape: (String) -> String
    private(set) var height = 0
    private(set) var elements: [String] = []

    init(escape: @escaping (String) -> String) {
        self.escape = escape
    }

    // MARK: Lines

    mutating func draw(_ series: [Chart.Series], unit: String) {
        let points = series.flatMap(\.points)
        guard let first = points.map(\.x).min(), let last = points.map(\.x).max(),
            let lowest = points.map(\.y).min(), let highest = points.map(\.y).max()
        else { return drawNothing() }
        let scale = AxisScale(from: min(lowest, 0), to: highest)
        let (left, right, top, bottom) = (70.0, Double(Self.width) - 15, 10.0, 220.0)
        for mark in scale.marks {
            let y = bottom - (bottom - top) * scale.place(of: mark)
            line(left, y, right, y)
            text(Figures.number(mark), left - 8, y + 4, anchor: "end")
        }
        for (value, x, anchor) in [(first, left, "start"), (last, right, "end")] {
            text(Figures.number(value), x, bottom + 18, anchor: anchor)
        }
        for (index, one) in series.enumerated() {
            let places = one.points.map { point in
                let part = last > first ? (point.x - first) / (last - first) : 0.5
                return
                    "\(Self.text(left + (right - left) * part)),\(Self.text(bottom - (bottom - top) * scale.place(of: point.y)))"
            }
            let colour = Self.colours[index % Self.colours.count]
            if one.points.count == 1, let place = places.first?.split(separator: ",") {
                elements.append("<circle cx=\"\(place[0])\" cy=\"\(place[1])\" r=\"3\" class=\"\(colour)\"/>")
            } else {
                elements.append(
                    "<polyline points=\"\(places.joined(separator: " "))\" class=\"\(colour)\"/>"
                )
            }
        }
        height = 245
        drawLegend(series.map(\.name), left: left)
    }

    private mutating func drawLegend(_ names: [String], left: Double) {
        var x = left
        for (index, name) in names.enumerated() {
            let shown = Self.cut(name, 30)
            let width = 26 + Double(shown.count) * 7.5
            if x + width > Double(Self.width), x > left {
                x = left
                height += 18
            }
            rectangle(x, Double(height), 12, 12, Self.colours[index % Self.colours.count])
            text(shown, x + 17, Double(height) + 11)
            x += width
        }
        height += 22
    }

    // MARK: Rows

    mutating func draw(_ bars: [Chart.Bar]) {
        guard !bars.isEmpty else { return drawNothing() }
        let longest = max(bars.map(\.value).max() ?? 0, 1e-300)
        for (row, bar) in bars.enumerated() {
            let y = Double(row) * 22 + 4
            let width = 430 * max(0, bar.value / longest)
            text(Self.cut(bar.label, 30), 200, y + 13, anchor: "end")
            // What is small is seen; nothing is not.
            if width > 0 { rectangle(210, y, max(width, 1), 16, Self.colours[0]) }
            text(Figures.number(bar.value), 218 + width, y + 13)
        }
        height = bars.count * 22 + 8
    }

    mutating func draw(_ spans: [Chart.Span]) {
        guard let last = spans.map(\.end).max() else { return drawNothing() }
        let scale = max(last, 1e-6)
        let (left, right) = (240.0, Double(Self.width) - 85)
        let bottom = Double(spans.count) * 22 + 6
        for part in 0...4 {
            let x = left + (right - left) * Double(part) / 4
            line(x, 0, x, bottom)
            text(
                part == 0 ? "0" : Figures.duration(.seconds(scale * Double(part) / 4)),
                x,
                bottom + 15,
                anchor: "middle"
            )
        }
        for (row, span) in spans.enumerated() {
            let y = Double(row) * 22 + 4
            let x = left + (right - left) * min(1, max(0, span.start / scale))
            let width = max((right - left) * (span.end - span.start) / scale, 2)
            text(Self.cut(span.label, 34), left - 10, y + 13, anchor: "end")
            rectangle(x, y, width, 16, span.isFailed ? "failed" : Self.colours[0])
            text(Figures.duration(.seconds(span.end - span.start)), x + width + 6, y + 13)
        }
        height = Int(bottom) + 22
    }

    private mutating func drawNothing() {
        text("no figures", 10, 18)
        height = 26
    }

    // MARK: Elements

    private mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) {
        elements.append(
            "<line x1=\"\(Self.text(x1))\" y1=\"\(Self.text(y1))\" x2=\"\(Self.text(x2))\" y2=\"\(Self.text(y2))\"/>"
        )
    }

    private mutating func rectangle(
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double,
        _ colour: String
    ) {
        elements.append(
            "<rect x=\"\(Self.text(x))\" y=\"\(Self.text(y))\" width=\"\(Self.text(width))\" height=\"\(Self.text(height))\" rx=\"2\" class=\"\(colour)\"/>"
        )
    }

    private mutating func text(_ text: String, _ x: Double, _ y: Double, anchor: String = "start") {
        elements.append(
            "<text x=\"\(Self.text(x))\" y=\"\(Self.text(y))\" text-anchor=\"\(anchor)\">\(escape(text))</text>"
        )
    }

    private static func text(_ place: Double) -> String { Figures.fixed(place, 1) }

    private static func cut(_ text: String, _ count: Int) -> String {
        text.count > count ? text.prefix(count - 1) + "…" : text
    }
}
