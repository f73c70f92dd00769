public import RunJournal

extension InMemoryRunStore {
    /// See ``RunStore/begin(_:source:at:)``.
    public func begin(_ run: RunRecord, source: ScriptSource, at slot: ScheduleSlot)
        async throws(JournalError) -> RunClaim
    {
        guard source.sha256 == run.scriptSHA256 else { throw .otherScript(source, run: run) }
        return try write(.begin(run)) { content throws(JournalError) in
            var slot = slot
            (slot.state, slot.run) = (.started, run.id)
            guard content.isKnown(run.id) || content.mayRecord(slot) else { throw .usedAlready(slot) }
            let claim = try content.begin(run, source)
            content.record(slot)
            return claim
        }
    }

    /// See ``RunStore/note(_:)``.
    public func note(_ slot: ScheduleSlot) async throws(JournalError) -> Bool {
        try write(.noteSlot(slot)) { content in
            guard content.mayRecord(slot) else { return false }
            content.record(slot)
            return true
        }
    }

    /// See ``RunStore/slots(of:limit:)``.
    public func slots(of schedule: String, limit: Int) async throws(JournalError) -> [ScheduleSlot] {
        try read { content in
            let all = (content.slots[schedule] ?? [:]).values.sorted { $0.time > $1.time }
            return Array(all.prefix(max(0, limit)))
        }
    }
}

extension JournalContent {
    mutating func begin(_ run: RunRecord, _ source: ScriptSource) throws(JournalError) -> RunClaim {
        guard !isKnown(run.id) else { throw .recordedAlready(run: run.id) }
        keep(source)
        insert(run)
        return RunClaim(run: run.id, fence: run.fence)
    }

    func mayRecord(_ slot: ScheduleSlot) -> Bool {
        let known = slots[slot.schedule]?[slot.time]?.state
        return known == nil || (known == .waiting && slot.state != .waiting)
    }

    mutating func record(_ slot: ScheduleSlot) {
        slots[slot.schedule, default: [:]][slot.time] = slot
    }
}
