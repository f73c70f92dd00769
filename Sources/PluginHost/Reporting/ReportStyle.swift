/// The look of reports in HTML, in a light and a dark theme.
///
/// Text has a contrast of 4.5 to 1 with its ground at least, and what pictures draw one of 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11).
enum ReportStyle {
    /// The colours of one theme.
    struct Theme {
        let ground: String
        let text: String
        let dim: String
        let line: String
        let ok: String
        let warning: String
        let failed: String
        /// Of the series of pictures, in order.
        let series: [String]

        static let light = Theme(
            ground: "#ffffff",
            text: "#1f2328",
            dim: "#57606a",
            line: "#d0d7de",
            ok: "#146c33",
            warning: "#8a5200",
            failed: "#b91c1c",
            series: [
                "#2563eb", "#c2410c", "#15803d", "#9333ea", "#0e7490", "#a16207", "#be185d", "#475569",
            ]
        )

        static let dark = Theme(
            ground: "#0d1117",
            text: "#e6edf3",
            dim: "#9aa4af",
            line: "#30363d",
            ok: "#4ac26b",
            warning: "#e0a341",
            failed: "#ff8a80",
            series: [
                "#60a5fa", "#fb923c", "#4ade80", "#c084fc", "#22d3ee", "#facc15", "#f472b6", "#94a3b8",
            ]
        )

        /// The rules that need its colours; those of pictures only where there are some.
        func rules(hasCharts: Bool) -> [String] {
            let base = [
                "body { color: \(text); background: \(ground); }", ".facts, td::before { color: \(dim); }",
                "tr, th, td { border-color: \(line); }", ".ok { color: \(ok); }",
                ".warning, .stopped, .skipped { color: \(warning); }",
                ".failed, .missed { color: \(failed); }",
            ]
            guard hasCharts else { return base }
            return base + ["svg line { stroke: \(line); }"]
                + series.enumerated().map { index, colour in
                    ".s\(index) { fill: \(colour); } polyline.s\(index) { stroke: \(colour); }"
                }
        }
    }

    /// The style sheet. Rows of tables become blocks, with the columns' titles before their cells, where the page is narrow.
    static func text(hasCharts: Bool) -> String {
        let dark = Theme.dark.rules(hasCharts: hasCharts).map { "  " + $0 }
        return
            ([layout] + (hasCharts ? [Chart.style] : []) + Theme.light.rules(hasCharts: hasCharts)
            + ["@media (prefers-color-scheme: dark) {"] + dark + ["}", narrow])
            .joined(separator: "\n")
    }

    private static let layout = """
        :root { color-scheme: light dark; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
        h1 { line-height: 1.25; margin-bottom: .4rem; }
        h1 span { font-size: 1rem; padding: .2em .6em; border-radius: .4em; border: 1px solid; vertical-align: middle; white-space: nowrap; }
        .facts { margin: 0 0 1.5rem; } .facts span { margin-right: 1.2em; display: inline-block; }
        table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: .3em .8em; border-bottom: 1px solid; white-space: nowrap; }
        .figure { text-align: right; }
        """

    private static let narrow = """
        @media (max-width: 40rem) {
          body { margin: 1rem auto; }
          table, tbody, tr, td { display: block; }
          tr:has(th) { display: none; }
          tr { margin-bottom: 1rem; border-width: 1px; border-style: solid; border-radius: .4em; padding: .4em 0; }
          td { border-width: 0; padding: .15em .8em; white-space: normal; text-align: right; min-height: 1.5em; }
          td::before { content: attr(data-label); float: left; padding-right: 1em; }
          td:not([data-label]) { text-align: left; } td:empty { display: none; }
          figure { overflow-x: auto; } svg { min-width: 38rem; }
        }
        """
}
