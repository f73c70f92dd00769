/// Where a run stands, as the journal keeps it.
///
/// Open, so that a journal of a newer program can be read: an unknown status survives as it came and counts as not
/// over.
public struct RunStatus: RawRepresentable, Hashable, Sendable {
    /// The status as it stands in the journal.
    public let rawValue: String

    /// Makes a status of any text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A host executes it, or died while it did.
    public static let running = RunStatus(rawValue: "running")
    /// It waits for a person: nobody else can tell whether an effect has happened.
    public static let parked = RunStatus(rawValue: "parked")
    /// All was done.
    public static let ok = RunStatus(rawValue: "ok")
    /// It ended, and some of it could not be done.
    public static let warning = RunStatus(rawValue: "warning")
    /// It was declined, and that is no fault.
    public static let skipped = RunStatus(rawValue: "skipped")
    /// What it waited for was stopped on request.
    public static let stopped = RunStatus(rawValue: "stopped")
    /// The time of what it waited for passed without a start.
    public static let missed = RunStatus(rawValue: "missed")
    /// It could not be done.
    public static let failed = RunStatus(rawValue: "failed")
    /// Its deadline passed.
    public static let timedOut = RunStatus(rawValue: "timed_out")
    /// A person ended it.
    public static let cancelled = RunStatus(rawValue: "cancelled")

    /// Whether nothing will change any more.
    public var isOver: Bool {
        switch self {
        case .ok, .warning, .skipped, .stopped, .missed, .failed, .timedOut, .cancelled: true
        default: false
        }
    }
}

extension RunStatus: CustomStringConvertible {
    /// The status as it stands in the journal.
    public var description: String { rawValue }
}
