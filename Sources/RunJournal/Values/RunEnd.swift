/// How a run ended.
public struct RunEnd: Hashable, Sendable {
    /// Where it stands from now on.
    public var status: RunStatus
    /// What came of it, in the host's words; `nil` if there is none, for example for a parked run.
    public var outcome: String?
    /// What a person should read about it; `nil` if there is nothing to say.
    public var message: String?
    /// When, in microseconds since 1970-01-01T00:00:00Z.
    public var ended: Int64

    /// Makes an end.
    public init(status: RunStatus, outcome: String? = nil, message: String? = nil, ended: Int64) {
        self.status = status
        self.outcome = outcome
        self.message = message
        self.ended = ended
    }
}
