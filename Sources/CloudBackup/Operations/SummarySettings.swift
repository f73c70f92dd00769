/// Which summaries of the project are sent, and to whom (contract 2.9).
public struct SummarySettings: Hashable, Sendable, Encodable {
    /// Who gets them.
    public struct Recipient: Hashable, Sendable, Encodable {
        /// `email` is the only documented value.
        public var type: String
        /// The address.
        public var destination: String

        /// Makes a recipient.
        public init(type: String = "email", destination: String) {
            self.type = type
            self.destination = destination
        }
    }

    /// Whether there is one every day.
    public var daily: Bool
    /// Whether there is one every week.
    public var weekly: Bool
    /// Who gets them.
    public var notifications: [Recipient]

    /// Makes settings.
    public init(daily: Bool, weekly: Bool, notifications: [Recipient]) {
        self.daily = daily
        self.weekly = weekly
        self.notifications = notifications
    }
}
