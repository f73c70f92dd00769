/// What a person needs to know of a finished thing.
///
/// The order is that of severity: `ok` is the least, `failed` the worst, so that `max()` of many is the worst.
public enum Outcome: String, Codable, Sendable, CaseIterable {
    /// All was done.
    case ok
    /// It was declined, and that is no fault.
    case skipped
    /// It ended, and some of it could not be done. Never folded into `ok` or `failed`.
    case warning
    /// It was stopped on request.
    case stopped
    /// Its time passed without a start.
    case missed
    /// It could not be done.
    case failed
}

extension Outcome: Comparable {
    /// Less severe comes first.
    public static func < (left: Outcome, right: Outcome) -> Bool {
        left.severity < right.severity
    }

    private var severity: Int {
        switch self {
        case .ok: 0
        case .skipped: 1
        case .warning: 2
        case .stopped: 3
        case .missed: 4
        case .failed: 5
        }
    }
}
