import LuaKit
import RunJournal

extension Function {
    /// `report.chart`
    static var chart: Function {
        Function(
            "chart",
            "Adds a picture: lines, bars, or a timeline of the run's own steps. Saved as HTML it is drawn; elsewhere it is made of text.",
            .composite,
            Parameter<ChartSpecification>(
                "spec",
                "What it shows: kind \"line\" with 'series', \"bar\" with 'bars', \"timeline\" with 'spans', or without for the run's steps so far.",
                type: "Chart"
            )
        ) { run, chart in
            if let chart = try await chart.chart(in: run) { try run.report.add(.chart(chart)) }
            return .nil
        }
    }
}

/// A chart as a script describes it; without content for the run's own timeline.
struct ChartSpecification: ParameterKind {
    var chart: Chart?
    var title: String

    static var typeName: String { "table" }

    static func read(_ value: LuaValue) throws -> ChartSpecification {
        guard case .table(let table) = value, table.items.isEmpty else {
            throw ArgumentProblem("table with names expected, got \(value.shape)")
        }
        for key in table.fields.keys
        where !["title", "unit", "kind", "series", "bars", "spans"].contains(key.text) {
            throw ArgumentProblem(
                "a chart has no '\(key.textForPeople)'; known are: title, unit, kind, series, bars, spans"
            )
        }
        let title = try text(value["title"], "title")
        let unit = try text(value["unit"], "unit")
        let content: Chart.Content
        switch value["kind"].text {
        case "line":
            let series = try items(value["series"], "series", limit: Chart.seriesLimit) { item in
                Chart.Series(name: try text(item["name"], "name"), points: try points(item["points"]))
            }
            content = .lines(series)
        case "bar":
            content = .bars(
                try items(value["bars"], "bars", limit: Chart.rowLimit) { item in
                    Chart.Bar(
                        label: try text(item["label"], "label"),
                        value: try number(item["value"], "value")
                    )
                }
            )
        case "timeline" where value["spans"] == .nil: return ChartSpecification(chart: nil, title: title)
        case "timeline":
            content = .timeline(
                try items(value["spans"], "spans", limit: Chart.rowLimit) { item in
                    let start = try number(item["start_seconds"], "start_seconds")
                    return Chart.Span(
                        label: try text(item["label"], "label"),
                        start: start,
                        end: max(start, try number(item["end_seconds"], "end_seconds")),
                        isFailed: item["failed"] == true
                    )
                }
            )
        default:
            throw ArgumentProblem(
                "kind: \"line\", \"bar\" or \"timeline\" expected, got \(value["kind"].shown)"
            )
        }
        return ChartSpecification(chart: Chart(title: title, unit: unit, content), title: title)
    }

    private static func items<Item>(
        _ value: LuaValue,
        _ name: String,
        limit: Int,
        _ read: (LuaValue) throws -> Item
    )
        throws -> [Item]
    {
        guard case .table(let table) = value, table.fields.isEmpty, table.items.count <= limit else {
            throw ArgumentProblem("\(name): a list of at most \(limit) tables expected, got \(value.shape)")
        }
        return try table.items.map(read)
    }

    private static func points(_ value: LuaValue) throws -> [Chart.Point] {
        guard case .table(let table) = value, table.fields.isEmpty, table.items.count <= 100_000 else {
            throw ArgumentProblem("points: a list of at most 100000 points expected, got \(value.shape)")
        }
        let points = try table.items.enumerated().map { index, item in
            guard case .table(let pair) = item else {
                return Chart.Point(x: Double(index + 1), y: try number(item, "a point"))
            }
            let (x, y) = pair.items.count == 2 ? (pair.items[0], pair.items[1]) : (item["x"], item["y"])
            return Chart.Point(x: try number(x, "x"), y: try number(y, "y"))
        }
        return points.sorted { $0.x < $1.x }
    }

    private static func text(_ value: LuaValue, _ name: String) throws -> String {
        guard value != .nil else { return "" }
        let text = value.textForPeople
        guard text.utf8.count <= 200 else { throw ArgumentProblem("\(name): at most 200 bytes expected") }
        return text.oneLine
    }

    private static func number(_ value: LuaValue, _ name: String) throws -> Double {
        switch value {
        case .integer(let integer): return Double(integer)
        case .number(let number) where number.isFinite && abs(number) < 1e300: return number
        default: throw ArgumentProblem("\(name): a number expected, got \(value.shown)")
        }
    }
}

extension ChartSpecification {
    /// The chart that is asked for; the run's own timeline is made of what the journal has by now, and so is the same after
    /// a resume. `nil` for that one in a plan.
    func chart(in run: RunContext) async throws -> Chart? {
        if let chart { return chart }
        let call = StepCall(
            name: "report.chart",
            kind: .read,
            arguments: [.string(title)],
            planned: .untold(.nil)
        )
        let answer = try await run.steps.step(call) { _ in
            let steps = try await run.journal.steps(of: run.id).filter { $0.kind != .tick && $0.ended != nil }
            guard let first = steps.map(\.started).min() else { return .array([]) }
            // The longest ones, in the order in which they began.
            let shown = steps.sorted { $0.length > $1.length }.prefix(Chart.rowLimit).sorted {
                $0.started < $1.started
            }
            return .array(
                shown.map { step in
                    .record([
                        "label": .string(StepMismatch.call(step.name, step.input)),
                        "start_seconds": .number(Double(step.started - first) / 1e6),
                        "end_seconds": .number(Double((step.ended ?? step.started) - first) / 1e6),
                        "failed": .boolean(step.state == .failed),
                    ])
                }
            )
        }
        guard case .table(let table) = answer else { return nil }
        let spans = table.items.map { item in
            Chart.Span(
                label: item["label"].textForPeople,
                start: item["start_seconds"].seconds,
                end: item["end_seconds"].seconds,
                isFailed: item["failed"] == true
            )
        }
        return Chart(title: title, .timeline(spans))
    }
}

extension StepRecord {
    fileprivate var length: Int64 { (ended ?? started) - started }
}

extension LuaValue {
    fileprivate var seconds: Double {
        switch self {
        case .number(let number): number
        case .integer(let integer): Double(integer)
        default: 0
        }
    }
}
