import BackupAPI

/// Something that runs by itself as JSON.
struct ScheduleJSON: Encodable {
    var name: String
    var kind: String
    @Nullable var schedule: String?
    @Nullable var timeZone: String?
    var nextTimes: [Timestamp]
    @Nullable var problem: String?
    /// The newest of those that were asked for; `null` when it was not due yet.
    @Nullable var last: SlotJSON?
    /// Absent in lists.
    var slots: [SlotJSON]?

    init(_ entry: ScheduleEntry, isWhole: Bool = false) {
        name = entry.name
        kind = entry.kind.rawValue
        _schedule = Nullable(wrappedValue: entry.schedule)
        _timeZone = Nullable(wrappedValue: entry.zone)
        nextTimes = entry.next
        _problem = Nullable(wrappedValue: entry.problem)
        let slots = entry.past.map { SlotJSON($0, of: entry.kind) }
        _last = Nullable(wrappedValue: slots.first)
        self.slots = isWhole ? slots : nil
    }

    private enum CodingKeys: String, CodingKey {
        case name, kind, schedule
        case timeZone = "time_zone"
        case nextTimes = "next_times"
        case problem, last, slots
    }
}

/// A moment at which something was due, as JSON.
struct SlotJSON: Codable, Hashable {
    var time: Timestamp
    var outcome: String
    @Nullable var run: String?
    @Nullable var backup: String?
    @Nullable var message: String?

    init(_ slot: PastSlot, of kind: ScheduleEntry.Kind) {
        time = slot.time
        outcome = slot.outcome
        _run = Nullable(wrappedValue: kind == .workflow ? slot.id : nil)
        _backup = Nullable(wrappedValue: kind == .configuration ? slot.id : nil)
        _message = Nullable(wrappedValue: slot.message)
    }
}
