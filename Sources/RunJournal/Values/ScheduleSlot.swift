/// A moment at which a schedule is due, and what came of it. A schedule has one of each moment, whoever looks after it.
public struct ScheduleSlot: Hashable, Sendable {
    /// The schedule's name, for example the path of its script.
    public var schedule: String
    /// When it was due, in microseconds since 1970-01-01T00:00:00Z.
    public var time: Int64
    /// What the schedule said then, so that a change of it is noticed.
    public var rule: String
    /// What came of it.
    public var state: SlotState
    /// The run that began at it; `nil` unless one did.
    public var run: RunRecord.ID?
    /// What a person should read about it; `nil` if there is nothing to say.
    public var message: String?
    /// When that was recorded, in microseconds since 1970-01-01T00:00:00Z.
    public var recorded: Int64

    /// Makes a slot.
    public init(
        schedule: String,
        time: Int64,
        rule: String,
        state: SlotState,
        run: RunRecord.ID? = nil,
        message: String? = nil,
        recorded: Int64
    ) {
        self.schedule = schedule
        self.time = time
        self.rule = rule
        self.state = state
        self.run = run
        self.message = message
        self.recorded = recorded
    }
}

/// What came of a slot of a schedule. Open, so that a journal of a newer program can be read.
public struct SlotState: RawRepresentable, Hashable, Sendable {
    /// The state as it stands in the journal.
    public let rawValue: String

    /// Makes a state of any text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// No slot of the schedule's own: from here on it is followed.
    public static let followed = SlotState(rawValue: "followed")
    /// A run is to begin as soon as the last one is over.
    public static let waiting = SlotState(rawValue: "waiting")
    /// A run began.
    public static let started = SlotState(rawValue: "started")
    /// Nothing began, on purpose: the last run went on.
    public static let skipped = SlotState(rawValue: "skipped")
    /// Nothing began, since nobody looked after the schedule in time.
    public static let missed = SlotState(rawValue: "missed")
    /// Nothing could begin.
    public static let failed = SlotState(rawValue: "failed")
}

extension SlotState: CustomStringConvertible {
    /// The state as it stands in the journal.
    public var description: String { rawValue }
}
