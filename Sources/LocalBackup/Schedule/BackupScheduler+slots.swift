import BackupAPI
import Logging
import Schedules

extension BackupScheduler {
    /// Deals with the slots of one configuration, and returns its next one; `nil` when it has no schedule.
    func follow(_ configuration: Configuration) async throws -> Timestamp? {
        let recurrence = try configuration.activeRecurrence()
        let now = now()
        let before = try await store.mark(of: configuration.id)
        let first = beginning(of: configuration, before, now: now)
        let due = recurrence?.slots(after: first, through: now, limit: PassedSlots.mostMissed) ?? []
        try await settle(due, of: configuration, now: now)
        // Without a slot in between, the old mark says the same as a new one.
        if !due.isEmpty || before?.schedule != configuration.scheduleText || first < before?.time ?? first {
            let mark = ScheduleMark(schedule: configuration.scheduleText, time: now)
            try await store.setMark(mark, of: configuration.id)
        }
        return recurrence?.next(after: now)
    }

    /// The moment after which slots count: the mark, or when the schedule became what it is.
    private func beginning(of configuration: Configuration, _ mark: ScheduleMark?, now: Timestamp)
        -> Timestamp
    {
        // A mark that lies ahead is of a clock that was wrong; the keys keep slots from running twice.
        if let mark, mark.schedule == configuration.scheduleText { return min(mark.time, now) }
        guard let start = configuration.schedule?.start, start < now else { return now }
        // Of a schedule that was never followed, nobody expects what was due long ago.
        guard let mark else { return max(start, now.advanced(by: .zero - catchUp)) }
        return start > mark.time ? start : now
    }

    private func settle(_ due: [Timestamp], of configuration: Configuration, now: Timestamp) async throws {
        let passed = PassedSlots(due) { now.since($0) <= catchUp }
        let missed = passed.missed
        if let last = missed.last {
            try await store.record(
                .missed,
                missed,
                of: configuration,
                reason: Self.missedReason(first: missed.first ?? last, last: last, count: missed.count)
            )
            log.warning(
                "scheduled backups were missed",
                metadata: ["configuration": "\(configuration.id)", "count": "\(missed.count)"]
            )
        }
        if let slot = passed.due { try await run(slot, of: configuration) }
    }

    private func run(_ slot: Timestamp, of configuration: Configuration) async throws {
        let key = SlotKey(configuration: configuration.id, slot: slot)
        let running = try await service.backups(
            BackupFilter(configuration: configuration.id, states: Self.unfinished, limit: 1)
        )
        if let running = running.first, running.local?.key != key.text {
            let reason = "the previous backup, '\(running.id)', was not over at the scheduled time "
            return try await store.record(
                .skipped,
                [slot],
                of: configuration,
                reason: reason + slot.wholeSeconds
            )
        }
        let backup = try await service.start(configuration.id, key: key.text)
        log.info(
            "a scheduled backup was started",
            metadata: [
                "configuration": "\(configuration.id)", "backup": "\(backup.id)",
                "slot": "\(slot.wholeSeconds)",
            ]
        )
    }

    private static func missedReason(first: Timestamp, last: Timestamp, count: Int) -> String {
        let one =
            "no scheduler ran, or it could not start the backup, at the scheduled time \(last.wholeSeconds)"
        guard count > 1 else { return one }
        return "\(one), nor at \(count - 1) earlier ones since \(first.wholeSeconds)"
    }

    private static var unfinished: Set<ActivityState> {
        Set(ActivityState.backupStates.filter { !$0.isFinal })
    }
}
