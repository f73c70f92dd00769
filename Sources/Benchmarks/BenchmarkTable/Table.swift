/// The table that the benchmark prints, row by row.
package struct Table {
    /// How many figures were beyond their limits.
    package private(set) var misses = 0

    /// Makes an empty table.
    package init() {}

    /// Prints what the rows that follow state.
    package func title(_ text: String) {
        print(text)
    }

    /// Prints a figure and whether it keeps its limit; a figure without one is only stated. `spread` is what single
    /// processes found.
    package mutating func row(
        _ name: String,
        _ figure: Double,
        _ unit: String,
        limit: Double? = nil,
        spread: ClosedRange<Double>? = nil
    ) {
        let holds = limit.map { figure <= $0 }
        if holds == false { misses += 1 }
        let mark = holds.map { $0 ? "ok  " : "MISS" } ?? "    "
        let bound = limit.map { " (limit \(Self.text($0)) \(unit))" } ?? ""
        let range = spread.map { ", \(Self.text($0.lowerBound)) to \(Self.text($0.upperBound))" } ?? ""
        print("\(mark) \(name): \(Self.text(figure)) \(unit)\(bound)\(range)")
    }

    private static func text(_ number: Double) -> String {
        "\((number * 100).rounded() / 100)"
    }
}
