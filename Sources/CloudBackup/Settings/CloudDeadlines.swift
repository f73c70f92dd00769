/// How long the parts of a call may take.
public struct CloudDeadlines: Hashable, Sendable {
    /// One request and its answer.
    public var attempt: Duration
    /// One call with all its retries.
    public var call: Duration
    /// The answer of an agent that was asked for a list of files or for another result.
    public var result: Duration
    /// How long a wait outlives a service that cannot be reached.
    public var outage: Duration

    /// Makes deadlines.
    public init(
        attempt: Duration = .seconds(20),
        call: Duration = .seconds(60),
        result: Duration = .seconds(90),
        outage: Duration = .seconds(600)
    ) {
        self.attempt = attempt
        self.call = call
        self.result = result
        self.outage = outage
    }
}
