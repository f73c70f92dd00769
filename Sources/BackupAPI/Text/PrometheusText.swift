/// The text format of Prometheus (exposition format 0.0.4), without times: the collector sets those.
package enum PrometheusText {
    /// `name{label="value",…}`, with the labels in their order: the same for the same series.
    package static func series(_ name: String, _ labels: [String: String]) -> String {
        guard !labels.isEmpty else { return name }
        let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escaped($0.value))\"" }
        return "\(name){\(pairs.joined(separator: ","))}"
    }

    /// All series of one name: what it means, its kind (`gauge` or `counter`), and the values in the order of their series.
    package static func family(
        _ name: String,
        _ kind: String,
        _ help: String,
        _ values: [(series: String, value: Double)]
    ) -> String {
        let lines = values.map { "\($0.series) \(number($0.value))\n" }.sorted()
        return "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n" + lines.joined()
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}
