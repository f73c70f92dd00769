import NIOCore

/// What a connection waits for, and since when: what was received and sent comes in, when it is over comes out.
struct ConnectionPhase {
    /// What has to happen next.
    enum Step: Hashable {
        /// The client sends a request, if it likes.
        case idle
        /// The client sends the rest of a request's headers, or of the handshake before it.
        case head
        /// The client sends the rest of a request's body.
        case body
        /// The server finds its answer.
        case working
        /// The client takes the answer.
        case sending
    }

    /// How long a client may take for each step; a body's time is kept where it is read.
    struct Limits: Sendable {
        var idle: TimeAmount
        var head: TimeAmount
        var sending: TimeAmount
    }

    private(set) var step = Step.idle
    /// When the step began. Bytes that trickle in do not move it.
    private(set) var since: NIODeadline
    /// Whether the headers of a request are here, and its body not yet.
    private var isReading = false
    /// Requests that are not answered as a whole.
    private var openRequests = 0

    init(at now: NIODeadline) {
        since = now
    }

    /// Since when the client keeps the server waiting; `nil` while it is the other way round.
    var waitingSince: NIODeadline? { step == .working ? nil : since }

    /// When the connection has to be closed unless something happens before.
    func deadline(_ limits: Limits) -> NIODeadline? {
        switch step {
        case .idle: since + limits.idle
        case .head: since + limits.head
        case .sending: since + limits.sending
        case .body, .working: nil
        }
    }

    mutating func receivedBytes(at now: NIODeadline) {
        if step == .idle { enter(.head, now) }
    }

    mutating func receivedHead(at now: NIODeadline) {
        openRequests += 1
        isReading = true
        if step == .idle || step == .head { enter(.body, now) }
    }

    mutating func receivedEnd(at now: NIODeadline) {
        isReading = false
        if step == .body { enter(openRequests > 0 ? .working : .idle, now) }
    }

    mutating func beganAnswer(at now: NIODeadline) {
        enter(.sending, now)
    }

    /// The last byte of an answer is on its way.
    mutating func answered(at now: NIODeadline) {
        openRequests -= 1
        enter(isReading ? .body : openRequests > 0 ? .working : .idle, now)
    }

    private mutating func enter(_ step: Step, _ now: NIODeadline) {
        self.step = step
        since = now
    }
}
