import BackupAPI
import LocalBackup
import RunJournal
import ScriptLibrary

extension Site {
    /// What runs by itself here while the site is served: workflows by their path, then configurations of the local service by
    /// their names, each with what came of its last `limit` moments.
    func schedules(limit: Int) async throws -> [ScheduleEntry] {
        let service = file.cloud == nil ? try await openService() : nil
        let entries = try await schedules(limit: limit, of: service, in: try openJournal())
        await service?.shutdown()
        return entries
    }

    /// The same, with the journal and the service that are open already; `nil` for one that looks after its schedules itself.
    func schedules(limit: Int, of service: (any BackupService)?, in journal: RunStore) async throws
        -> [ScheduleEntry]
    {
        let now = Clocks.now()
        var all: [ScheduleEntry] = []
        for entry in try await workflows().entries() {
            switch entry {
            case .workflow(let workflow):
                all.append(try await schedule(of: workflow, in: journal, limit: limit, now))
            case .broken(let name, let problem):
                all.append(ScheduleEntry(name: name, kind: .workflow, problem: problem))
            }
        }
        guard let service else { return all }
        for configuration in try await service.configurations() where !configuration.deleted {
            guard let schedule = configuration.schedule else { continue }
            all.append(try await entry(configuration, schedule, in: service, limit: limit, now))
        }
        return all
    }

    private func schedule(
        of workflow: ScheduledWorkflow,
        in journal: RunStore,
        limit: Int,
        _ now: Timestamp
    ) async throws -> ScheduleEntry {
        let schedule = workflow.schedule
        let delay = schedule.delay(seed: scheduleSeed, of: workflow.name)
        var entry = ScheduleEntry(name: workflow.name, kind: .workflow)
        (entry.schedule, entry.zone) = (schedule.words, schedule.zone)
        entry.next = schedule.moments(
            after: now.advanced(by: .zero - delay),
            limit: ScheduleEntry.nextCount
        ).map { $0.advanced(by: delay) }
        do {
            _ = try grant(for: workflow)
        } catch let error as CommandError {
            entry.problem = error.description
        }
        // Between the slots are the moments from which the schedule was followed.
        let slots = try await journal.slots(of: workflow.name, limit: 2 * limit + 20)
        for slot in slots.filter({ $0.state != .followed }).prefix(limit) {
            entry.past.append(try await past(slot, in: journal, now))
        }
        return entry
    }

    private func past(_ slot: ScheduleSlot, in journal: RunStore, _ now: Timestamp) async throws
        -> PastSlot
    {
        var (outcome, message) = (slot.state.rawValue, slot.message)
        if let id = slot.run {
            let run = try await journal.run(id)
            (outcome, message) = (run.statusText(at: now), run.message)
        }
        return PastSlot(
            time: Timestamp(microseconds: slot.time),
            outcome: outcome,
            id: slot.run,
            message: message
        )
    }

    private func entry(
        _ configuration: Configuration,
        _ schedule: Schedule,
        in service: any BackupService,
        limit: Int,
        _ now: Timestamp
    ) async throws -> ScheduleEntry {
        var entry = ScheduleEntry(name: configuration.name, kind: .configuration)
        (entry.schedule, entry.zone) = (schedule.recurrence.joined(separator: " "), schedule.timeZone)
        if configuration.enabled {
            do {
                entry.next = try Recurrence(schedule).next(ScheduleEntry.nextCount, after: now)
            } catch let error as BackupError {
                entry.problem = CommandError(error).description
            }
        } else {
            entry.problem = "it is disabled. Enable it with 'moonkeep configurations enable'."
        }
        let filter = BackupFilter(configuration: configuration.id, limit: Self.mostBackups)
        for backup in try await service.backups(filter) where entry.past.count < limit {
            guard let key = backup.local?.key.flatMap(SlotKey.init) else { continue }
            let reason = backup.errors.diagnostics ?? backup.errors.reason
            let slot = PastSlot(
                time: key.slot,
                outcome: backup.state.outcome?.rawValue ?? backup.state.rawValue,
                id: backup.startedTime == nil && backup.state.isFinal ? nil : backup.id.rawValue,
                message: reason.isEmpty ? nil : reason
            )
            entry.past.append(slot)
        }
        return entry
    }

    /// So many backups are looked through for those that a schedule started.
    private static var mostBackups: Int { 1_000 }
}

extension Recurrence {
    fileprivate func next(_ count: Int, after moment: Timestamp) -> [Timestamp] {
        (0..<count).reduce(into: []) { moments, _ in moments.append(next(after: moments.last ?? moment)) }
    }
}
