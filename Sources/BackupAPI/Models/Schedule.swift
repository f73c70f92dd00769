/// When a configuration runs by itself (contract 3.7).
public struct Schedule: Codable, Hashable, Sendable {
    /// The first moment of the schedule; set by the service, left out of requests.
    public var start: Timestamp?
    /// Exactly one RRULE of iCalendar, in one of the contract's three shapes.
    public var recurrence: [String]
    /// The IANA name of the zone that `BYHOUR` and `BYMINUTE` are meant in.
    public var timeZone: String

    /// Makes a schedule.
    public init(start: Timestamp? = nil, recurrence: [String], timeZone: String) {
        self.start = start
        self.recurrence = recurrence
        self.timeZone = timeZone
    }

    private enum CodingKeys: String, CodingKey {
        case start, recurrence
        case timeZone = "time_zone"
    }

    /// Writes the start in whole seconds, as the contract has it for schedules (1.6).
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(start?.wholeSeconds, forKey: .start)
        try container.encode(recurrence, forKey: .recurrence)
        try container.encode(timeZone, forKey: .timeZone)
    }
}

/// Whom to tell of the end of a backup (contract 3.9).
public struct Notification: Codable, Hashable, Sendable {
    /// `email` is the only documented value.
    public var type: String
    /// The address.
    public var destination: String
    /// Tell of a completed backup.
    public var onSuccess: Bool
    /// Tell of a failed one.
    public var onFailure: Bool

    /// Makes a notification.
    public init(type: String = "email", destination: String, onSuccess: Bool, onFailure: Bool) {
        self.type = type
        self.destination = destination
        self.onSuccess = onSuccess
        self.onFailure = onFailure
    }

    private enum CodingKeys: String, CodingKey {
        case type, destination
        case onSuccess = "on_success"
        case onFailure = "on_failure"
    }
}
