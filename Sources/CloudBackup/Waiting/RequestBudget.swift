/// How many requests all waits of one client may send: a hard limit in every window of one second.
struct RequestBudget {
    /// At most so many requests in any second.
    static let requestsPerSecond = 20

    /// When the last requests were sent, oldest first.
    private var sent: [Duration] = []

    /// How long the next request has to be put off.
    func delay(at now: Duration) -> Duration {
        guard sent.count == Self.requestsPerSecond, let oldest = sent.first else { return .zero }
        return max(.zero, oldest + .seconds(1) - now)
    }

    /// Notes a request.
    mutating func spend(at now: Duration) {
        sent.append(now)
        if sent.count > Self.requestsPerSecond { sent.removeFirst() }
    }
}
