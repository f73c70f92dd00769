/// The state of a backup, a restore or a cleanup (contract 3.1 to 3.3).
///
/// A value that the contract does not know survives as it came; it counts as not final, so that a client goes on
/// polling up to its deadline.
public struct ActivityState: RawRepresentable, Hashable, Sendable {
    /// The state as it stands in JSON.
    public let rawValue: String

    /// Makes a state of any text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A user asked for the start.
    public static let startRequested = ActivityState(rawValue: "start_requested")
    /// The schedule asked for the start.
    public static let startScheduled = ActivityState(rawValue: "start_scheduled")
    /// The agent has accepted it and does something else first.
    public static let queued = ActivityState(rawValue: "queued")
    /// The agent gets ready.
    public static let preparing = ActivityState(rawValue: "preparing")
    /// The agent works.
    public static let inProgress = ActivityState(rawValue: "in_progress")
    /// A user asked for a stop.
    public static let stopRequested = ActivityState(rawValue: "stop_requested")
    /// All was done.
    public static let completed = ActivityState(rawValue: "completed")
    /// It ended, and some of it could not be done.
    public static let completedWithErrors = ActivityState(rawValue: "completed_with_errors")
    /// It could not be done.
    public static let failed = ActivityState(rawValue: "failed")
    /// It was stopped on request.
    public static let stopped = ActivityState(rawValue: "stopped")
    /// The agent declined to start it.
    public static let skipped = ActivityState(rawValue: "skipped")
    /// Its scheduled time passed without a start.
    public static let missed = ActivityState(rawValue: "missed")

    /// The twelve states of a backup, in the contract's order.
    public static let backupStates: [ActivityState] = [
        .startRequested, .startScheduled, .queued, .preparing, .inProgress, .stopRequested,
        .completed, .completedWithErrors, .failed, .stopped, .skipped, .missed,
    ]

    /// Whether nothing will change any more: a PATCH of such a resource is answered with 409.
    public var isFinal: Bool { outcome != nil }

    /// What a person needs to know of it; `nil` while it is not final or when the state is unknown.
    public var outcome: Outcome? {
        switch self {
        case .completed: .ok
        case .completedWithErrors: .warning
        case .failed: .failed
        case .stopped: .stopped
        case .skipped: .skipped
        case .missed: .missed
        default: nil
        }
    }
}

extension ActivityState: CustomStringConvertible {
    /// The state as it stands in JSON.
    public var description: String { rawValue }
}

extension ActivityState: Codable {
    /// Reads any string.
    public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
