import LuaKit
public import PluginHost

extension Module {
    /// `metrics`: figures for Prometheus, written at the run's end.
    public static func metrics(_ metrics: SiteMetrics) -> Module {
        Module(
            "metrics",
            "Sets figures for Prometheus, which are written when the run ends. Times are in seconds ('…_timestamp_seconds'), sizes in bytes ('…_bytes')."
        ) {
            Function(
                "gauge",
                "Sets a figure; the last one of the run counts.",
                .observation,
                Parameter<MetricName>("name", "For example \"backup_verified_timestamp_seconds\"."),
                Parameter<MetricValue>("value", "The figure, in the unit that the name ends with."),
                OptionalParameter<MetricLabels>(
                    "labels",
                    "Values by name; 'workflow' is added.",
                    type: "table of any"
                ),
                immediate: { run, name, value, labels in
                    try metrics.add(
                        MetricSample(name: name, kind: .gauge, labels: labels ?? [:], value: value),
                        run: run.id
                    )
                    return .nil
                }
            )
            Function(
                "counter",
                "Adds to a figure that only grows, from run to run.",
                .observation,
                Parameter<MetricName>("name", "For example \"mails_sent_total\"."),
                OptionalParameter<MetricValue>("amount", "How much, not negative. Default: 1."),
                OptionalParameter<MetricLabels>(
                    "labels",
                    "Values by name; 'workflow' is added.",
                    type: "table of any"
                ),
                immediate: { run, name, amount, labels in
                    guard let amount = Optional(amount ?? 1), amount >= 0, amount.isFinite else {
                        throw ArgumentProblem("a number that is not negative expected").at(2)
                    }
                    try metrics.add(
                        MetricSample(name: name, kind: .counter, labels: labels ?? [:], value: amount),
                        run: run.id
                    )
                    return .nil
                }
            )
        }
        .documented(examples: metricsExamples)
    }
}
