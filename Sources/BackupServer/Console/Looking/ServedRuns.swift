public import BackupAPI
public import PluginHost
public import RunJournal

/// The runs of a site as the console and its API see them: their journal, and what may be done about them.
public struct ServedRuns: Sendable {
    /// The site's name, for people.
    public var site: String
    /// The IANA name of the zone in which times are shown; UTC where it is none.
    public var timeZone: String
    /// Where the runs are recorded.
    public var journal: RunStore
    /// Where a run stands: its status, or `interrupted` when nobody executes it any more.
    public var standing: @Sendable (RunRecord) -> String
    /// Decides what a person is asked about a step, and lets the run go on. Throws what ``PluginHost/PluginHost/decide(_:about:)`` throws.
    public var decide: @Sendable (_ choice: StepChoice, _ step: StepKey) async throws -> Void
    /// What runs by itself, in any order.
    public var schedules: @Sendable () async throws -> [ServedSchedule]

    /// Makes them.
    public init(
        site: String,
        timeZone: String,
        journal: RunStore,
        standing: @escaping @Sendable (RunRecord) -> String,
        decide: @escaping @Sendable (_ choice: StepChoice, _ step: StepKey) async throws -> Void,
        schedules: @escaping @Sendable () async throws -> [ServedSchedule]
    ) {
        self.site = site
        self.timeZone = timeZone
        self.journal = journal
        self.standing = standing
        self.decide = decide
        self.schedules = schedules
    }
}

/// Something of a site that runs by itself.
public struct ServedSchedule: Encodable, Hashable, Sendable {
    /// A moment at which it was due.
    public struct Slot: Encodable, Hashable, Sendable {
        /// The moment.
        public var time: Timestamp
        /// What came of it: an outcome, or `missed`, `skipped`, `failed`, `waiting`.
        public var outcome: String
        /// The id of the run or the backup that began; `nil` where none did.
        @Nullable public var id: String?
        /// What a person should read about it; `nil` if there is nothing to say.
        @Nullable public var message: String?

        /// Makes a moment.
        public init(time: Timestamp, outcome: String, id: String?, message: String?) {
            self.time = time
            self.outcome = outcome
            _id = Nullable(wrappedValue: id)
            _message = Nullable(wrappedValue: message)
        }
    }

    /// The workflow's path in the site, or the configuration's name.
    public var name: String
    /// `workflow` or `configuration`.
    public var kind: String
    /// When it runs, in words; `nil` where that cannot be read.
    @Nullable public var schedule: String?
    /// The schedule's zone; `nil` where that cannot be read.
    @Nullable public var timeZone: String?
    /// When it begins next, in order; empty when it does not.
    public var nextTimes: [Timestamp]
    /// Why it does not run; `nil` when it does.
    @Nullable public var problem: String?
    /// What came of it when it was due, newest first.
    public var slots: [Slot]

    /// Makes one.
    public init(
        name: String,
        kind: String,
        schedule: String?,
        timeZone: String?,
        nextTimes: [Timestamp],
        problem: String?,
        slots: [Slot]
    ) {
        self.name = name
        self.kind = kind
        _schedule = Nullable(wrappedValue: schedule)
        _timeZone = Nullable(wrappedValue: timeZone)
        self.nextTimes = nextTimes
        _problem = Nullable(wrappedValue: problem)
        self.slots = slots
    }

    private enum CodingKeys: String, CodingKey {
        case name, kind, schedule
        case timeZone = "time_zone"
        case nextTimes = "next_times"
        case problem, slots
    }
}
