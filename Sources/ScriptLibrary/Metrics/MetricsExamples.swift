import PluginHost

extension Module {
    /// A short script for each function of `metrics`.
    static let metricsExamples = [
        "gauge": #"metrics.gauge("dump_bytes", 120 << 20, { database = "app" })"#,
        "counter": #"metrics.counter("mails_sent_total")"#,
    ]
}
