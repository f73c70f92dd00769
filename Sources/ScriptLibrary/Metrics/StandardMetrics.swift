import BackupAPI
import PluginHost

/// The metrics that each run has, made of its news.
struct StandardMetrics: Sendable {
    /// What each means, by its name.
    static let help = [
        "backup_run_last_start_timestamp_seconds": "When it last began.",
        "backup_run_last_success_timestamp_seconds": "When it last ended as ok or warning.",
        "backup_run_last_status": "1 for the outcome of the last time, 0 for the others.",
        "backup_run_duration_seconds": "How long it took the last time.",
        "backup_run_recoveries": "How often the last run was taken up again.",
        "backup_added_bytes": "What the last backup added.",
        "backup_processed_bytes": "What the last backup read.",
        "backup_errors": "What went wrong in the last backup.",
    ]
    static let lastSuccess = "backup_run_last_success_timestamp_seconds"

    private(set) var run = ""
    private(set) var script = ""
    private var began: Timestamp?
    private var attempt = 1
    private var backups: [String: Backup] = [:]

    mutating func note(_ event: RunEvent, at now: Timestamp) {
        switch event {
        case .started(let run, let script): (self.run, self.script, began) = (run, script, now)
        case .resumed(let run, let script, let attempt):
            (self.run, self.script, began, self.attempt) = (run, script, now, attempt)
        case .backupFinished(let backup, let configuration): backups[configuration] = backup
        case .output, .log, .asked, .backupStarted, .backupProgress, .finished: break
        }
    }

    func samples(of result: RunResult, at now: Timestamp) -> [MetricSample] {
        let labels = ["workflow": script, "verb": "workflow"]
        var samples = Self.samples(result.outcome, labels, began: began, ended: now)
        samples.append(Self.gauge("backup_run_recoveries", labels, Double(attempt - 1)))
        for (configuration, backup) in backups {
            let labels = ["workflow": script, "verb": "backup", "config": configuration]
            if let outcome = backup.state.outcome {
                samples += Self.samples(
                    outcome,
                    labels,
                    began: backup.startedTime ?? began,
                    ended: backup.endedTime ?? now
                )
            }
            samples.append(Self.gauge("backup_added_bytes", labels, Double(backup.bytesBackedUp)))
            samples.append(Self.gauge("backup_processed_bytes", labels, Double(backup.bytesSearched)))
            samples.append(Self.gauge("backup_errors", labels, Double(backup.errors.count)))
        }
        return samples
    }

    private static func samples(
        _ outcome: Outcome,
        _ labels: [String: String],
        began: Timestamp?,
        ended: Timestamp
    )
        -> [MetricSample]
    {
        var samples = Outcome.allCases.map { other in
            let state = ["state": other.rawValue]
            return gauge(
                "backup_run_last_status",
                labels.merging(state) { first, _ in first },
                other == outcome ? 1 : 0
            )
        }
        if let began {
            samples.append(gauge("backup_run_last_start_timestamp_seconds", labels, began.seconds))
            samples.append(gauge("backup_run_duration_seconds", labels, ended.since(began) / .seconds(1)))
        }
        if outcome == .ok || outcome == .warning { samples.append(gauge(lastSuccess, labels, ended.seconds)) }
        return samples
    }

    private static func gauge(_ name: String, _ labels: [String: String], _ value: Double) -> MetricSample {
        MetricSample(name: name, kind: .gauge, labels: labels, value: value)
    }
}
