import BackupAPI

/// What a collector of metrics asks a served site for.
struct ConsoleMetrics: Sendable {
    let overview: Overview

    /// The text format of Prometheus.
    var answer: Answer {
        var answer = Answer(status: 200, body: text)
        answer.type = "text/plain; version=0.0.4; charset=utf-8"
        return answer
    }

    private typealias Values = [(series: String, value: Double)]

    private var text: String {
        let known = overview.configurations
        return gauge(
            "moonkeep_backup_last_success_timestamp_seconds",
            "When the newest complete backup ended."
        ) { name in
            known.compactMap { standing in
                standing.lastGoodTime.map { (series(name, standing), $0.seconds) }
            }
        }
            + gauge(
                "moonkeep_backup_last_status",
                "1 for the outcome of the newest backup, 0 for the others."
            ) { name in
                known.filter { !$0.outcomes.isEmpty }.flatMap { standing in
                    Outcome.allCases.map { outcome in
                        let labels = ["config": standing.name, "state": outcome.rawValue]
                        let isLast = standing.outcomes.last == outcome.rawValue
                        return (PrometheusText.series(name, labels), isLast ? 1 : 0)
                    }
                }
            }
            + gauge("moonkeep_backup_processed_bytes", "Bytes of the files of the newest complete backup.") {
                name in
                known.compactMap { standing in
                    standing.bytes.map { (series(name, standing), Double($0)) }
                }
            }
            + gauge("moonkeep_backup_duration_seconds", "How long the newest complete backup took.") { name in
                known.compactMap { standing in standing.seconds.map { (series(name, standing), $0) } }
            }
            + gauge("moonkeep_backups_running", "Backups that run now.") {
                [($0, Double(overview.backups.count))]
            }
            + gauge("moonkeep_runs_running", "Runs of scripts that are executed now.") {
                [($0, Double(overview.runs.count))]
            }
            + gauge("moonkeep_needs", "What needs a person, by its kind.") { name in
                Overview.Need.Kind.allCases.map { kind in
                    let count = overview.needs.count { $0.kind == kind }
                    return (PrometheusText.series(name, ["kind": kind.rawValue]), Double(count))
                }
            }
            + gauge("moonkeep_schedule_next_timestamp_seconds", "When something begins by itself next.") {
                name in
                overview.next.map {
                    (PrometheusText.series(name, ["name": $0.name, "kind": $0.kind]), $0.time.seconds)
                }
            }
    }

    /// A family; nothing where it has no series.
    private func gauge(_ name: String, _ help: String, _ values: (String) -> Values) -> String {
        let values = values(name)
        return values.isEmpty ? "" : PrometheusText.family(name, "gauge", help, values)
    }

    private func series(_ name: String, _ standing: Overview.Standing) -> String {
        PrometheusText.series(name, ["config": standing.name])
    }
}
