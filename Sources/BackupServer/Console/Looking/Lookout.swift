import BackupAPI
import PluginHost
import RunJournal

/// Looks at the runs and the backups of a site, for the pages and for the API beside them.
struct Lookout: Sendable {
    let service: any BackupService
    let runs: ServedRuns
    let now: @Sendable () -> Timestamp

    /// So far back a failure needs a person.
    private static let memory: Duration = .seconds(7 * 86_400)
    /// So many backups of a configuration are looked at.
    private static let depth = 14

    func resource(_ run: RunRecord) -> RunResource {
        RunResource(run, standing: runs.standing(run))
    }

    /// What a run waits for, of people: of one that is not parked, only what its script asks.
    func questions(of run: RunRecord) async throws -> [QuestionResource] {
        guard !run.status.isOver else { return [] }
        return OpenQuestion.all(about: try await runs.journal.questions(of: run.id))
            .filter { run.status == .parked || $0.question.asked != nil }
            .map(QuestionResource.init)
    }

    func overview() async throws -> Overview {
        let now = now()
        let open = try await runs.journal.unfinishedRuns()
        let standings = try await standings()
        let schedules = try await runs.schedules()
        let needs =
            try await needs(of: open) + failures(since: now.advanced(by: .zero - Self.memory))
            + Self.needs(of: standings) + Self.needs(of: schedules, now) + undelivered()
        let order = Overview.Need.Kind.allCases
        return Overview(
            time: now,
            needs: needs.enumerated().sorted { left, right in
                let places = (order.firstIndex(of: left.1.kind) ?? 0, order.firstIndex(of: right.1.kind) ?? 0)
                return places.0 == places.1 ? left.0 < right.0 : places.0 < places.1
            }.map(\.1),
            runs: open.filter { runs.standing($0) == RunStatus.running.rawValue }.map(resource),
            backups: try await running(),
            configurations: standings,
            next: schedules.flatMap { entry in
                entry.nextTimes.prefix(1).map {
                    Overview.Next(name: entry.name, kind: entry.kind, time: $0)
                }
            }.sorted { $0.time < $1.time }
        )
    }

    /// How the backups of each configuration stand, the one whose last good backup is the oldest first.
    func standings() async throws -> [Overview.Standing] {
        var all: [Overview.Standing] = []
        for configuration in try await service.configurations() {
            let backups = try await service.backups(
                BackupFilter(configuration: configuration.id, limit: Self.depth)
            )
            all.append(Overview.Standing(configuration, backups))
        }
        let none = Timestamp(microseconds: .min)
        return all.sorted { ($0.lastGoodTime ?? none) < ($1.lastGoodTime ?? none) }
    }

    /// The backups that run, with how far they are.
    private func running() async throws -> [Overview.Running] {
        let states = Set(ActivityState.backupStates.filter { !$0.isFinal })
        var all: [Overview.Running] = []
        for backup in try await service.backups(BackupFilter(states: states, limit: 20)) {
            var progress: BackupProgress?
            for try await update in service.updates(of: backup.id) {
                progress = update.progress
                break
            }
            all.append(Overview.Running(backup: backup, progress: progress))
        }
        return all
    }

    private func needs(of open: [RunRecord]) async throws -> [Overview.Need] {
        var needs: [Overview.Need] = []
        for run in open {
            let time = Timestamp(microseconds: run.started)
            let questions = try await questions(of: run)
            needs += questions.map {
                Overview.Need(.question, run.scriptName, $0.text, at: time, run: run.id, question: $0)
            }
            guard questions.isEmpty else { continue }
            switch runs.standing(run) {
            case "interrupted":
                let text = "nobody executes it; 'moonkeep resume' goes on with it"
                needs.append(Overview.Need(.interrupted, run.scriptName, text, at: time, run: run.id))
            case RunStatus.parked.rawValue:
                needs.append(
                    Overview.Need(.question, run.scriptName, run.message ?? "it waits", at: time, run: run.id)
                )
            default: break
            }
        }
        return needs
    }

    /// Each script whose newest run that is over was not all well; a run that was cancelled or skipped is what somebody wanted.
    private func failures(since start: Timestamp) async throws -> [Overview.Need] {
        let ended = RunFilter(
            statuses: [.ok, .warning, .failed, .timedOut, .missed],
            since: start.microseconds,
            limit: 1_000
        )
        var seen: Set<String> = []
        return try await runs.journal.runs(ended).compactMap { run in
            guard seen.insert(run.scriptName).inserted, run.status != .ok else { return nil }
            let kind: Overview.Need.Kind =
                run.status == .warning ? .warning : run.status == .missed ? .missed : .failed
            let text = run.message ?? "it ended as \(run.outcome ?? run.status.rawValue)"
            let time = Timestamp(microseconds: run.ended ?? run.started)
            return Overview.Need(kind, run.scriptName, text, at: time, run: run.id)
        }
    }

    private static func needs(of standings: [Overview.Standing]) -> [Overview.Need] {
        standings.compactMap { standing in
            let kind: Overview.Need.Kind
            switch standing.state {
            case "failed": kind = .failed
            case "missed": kind = .missed
            case "completed_with_errors": kind = .warning
            default: return nil
            }
            let sentence =
                switch kind {
                case .failed: "its last backup failed"
                case .missed: "its last backup was due, and nobody began it"
                default: "its last backup could not read everything"
                }
            let text = standing.problem.isEmpty ? sentence : "\(sentence): \(standing.problem)"
            return Overview.Need(kind, standing.name, text, backup: standing.backup)
        }
    }

    private static func needs(of schedules: [ServedSchedule], _ now: Timestamp) -> [Overview.Need] {
        schedules.compactMap { entry in
            if let problem = entry.problem { return Overview.Need(.broken, entry.name, problem) }
            guard entry.kind == "workflow", let last = entry.slots.first,
                ["missed", "failed"].contains(last.outcome),
                last.id == nil
            else { return nil }
            return Overview.Need(
                last.outcome == "missed" ? .missed : .failed,
                entry.name,
                last.message ?? "it was due, and nothing began",
                at: last.time
            )
        }
    }

    private func undelivered() async throws -> [Overview.Need] {
        try await runs.journal.dueMessages(at: .max, limit: 100).filter { $0.attempts > 0 }.map { message in
            Overview.Need(
                .undelivered,
                message.target,
                message.lastError ?? "it was not taken yet",
                at: Timestamp(microseconds: message.sent),
                run: message.run
            )
        }
    }
}

extension Backup {
    /// How long it took; `nil` until it is over.
    var seconds: Double? {
        guard let startedTime, let endedTime else { return nil }
        return Double(endedTime.microseconds - startedTime.microseconds) / 1e6
    }
}
