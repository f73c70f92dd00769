/// A message that a run has sent and that is delivered after the step is recorded, again and again until it is.
public struct OutboxMessage: Hashable, Sendable {
    /// The same in every attempt, so that a receiver can tell a repetition; no two messages have the same.
    public var key: String
    /// The run that sent it.
    public var run: RunRecord.ID
    /// To whom, in the host's words.
    public var target: String
    /// What to deliver, a JSON text.
    public var body: String
    /// When it was sent, in microseconds since 1970-01-01T00:00:00Z.
    public var sent: Int64
    /// How often its delivery was tried.
    public var attempts: Int
    /// Why the last attempt failed; `nil` if it did not or there was none.
    public var lastError: String?

    /// Makes a message; the defaults are those of one that was never tried.
    public init(
        key: String,
        run: RunRecord.ID,
        target: String,
        body: String,
        sent: Int64,
        attempts: Int = 0,
        lastError: String? = nil
    ) {
        self.key = key
        self.run = run
        self.target = target
        self.body = body
        self.sent = sent
        self.attempts = attempts
        self.lastError = lastError
    }
}
