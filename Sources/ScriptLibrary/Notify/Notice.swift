import PluginHost

/// A message to people, as a provider gets it.
public struct Notice: Codable, Hashable, Sendable {
    /// How much it matters.
    public enum Priority: String, Codable, Sendable, CaseIterable {
        /// May be read some day.
        case low
        /// As most are.
        case normal
        /// Today.
        case high
        /// Now.
        case urgent
    }

    /// The same in every attempt to deliver it: a receiver that can tell a repetition by it gets the message once.
    public var key: String
    /// To whom, in the provider's own words, for example a channel; empty for the only one.
    public var address: String
    /// One line.
    public var title: String
    /// The text; may be empty.
    public var body: String
    /// How much it matters.
    public var priority: Priority
    /// Values that belong to it, by name.
    public var fields: [String: String]
    /// When it was sent, ISO 8601 in UTC.
    public var sent: String

    /// Makes a message.
    public init(
        key: String,
        address: String = "",
        title: String,
        body: String = "",
        priority: Priority = .normal,
        fields: [String: String] = [:],
        sent: String
    ) {
        self.key = key
        self.address = address
        self.title = title
        self.body = body
        self.priority = priority
        self.fields = fields
        self.sent = sent
    }
}

/// What delivers messages of one kind, for example to a chat.
public protocol NotificationProvider: Sendable {
    /// Delivers a message; what it throws counts as a failure, after which it is tried again with the same key.
    ///
    /// It limits its own time: nobody else is served meanwhile.
    func send(_ notification: Notice) async throws
}

/// A provider that writes each message as a line.
public struct LogProvider: NotificationProvider {
    private let write: @Sendable (String) -> Void

    /// Makes a provider; `write` gets `[priority] title: body`, with control characters shown as `?`.
    public init(write: @escaping @Sendable (String) -> Void) {
        self.write = write
    }

    /// Writes the line.
    public func send(_ notification: Notice) async throws {
        let body =
            notification.body.isEmpty
            ? "" : ": " + notification.body.split(whereSeparator: \.isNewline).joined(separator: " ")
        write("[\(notification.priority.rawValue)] \(notification.title)\(body)".printable)
    }
}
