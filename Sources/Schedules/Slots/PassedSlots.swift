package import BackupAPI

/// What becomes of slots that have passed: the newest one begins late where it is in time still, the others are missed.
package struct PassedSlots: Sendable {
    /// The slots at which nothing begins any more, oldest first.
    package let missed: [Timestamp]
    /// The slot that begins now; `nil` when none does.
    package let due: Timestamp?

    /// The most slots of one schedule that are recorded as missed at once, the newest ones.
    package static let mostMissed = 100

    /// Divides slots, oldest first.
    package init(_ slots: [Timestamp], isInTime: (Timestamp) -> Bool) {
        due = slots.last.flatMap { isInTime($0) ? $0 : nil }
        missed = due == nil ? slots : slots.dropLast()
    }

    /// The last slots after one moment and up to another, at most `limit`, oldest first; `moments` says which there are between two.
    package static func last(
        _ limit: Int,
        after start: Timestamp,
        through end: Timestamp,
        of moments: (_ start: Timestamp, _ end: Timestamp) -> [Timestamp]
    ) -> [Timestamp] {
        var span = Duration.seconds(3_600)
        while true {
            let first = max(start, end.advanced(by: .zero - span))
            let found = moments(first, end)
            guard found.count < limit, first > start else { return found.suffix(limit) }
            span *= 8
        }
    }
}

/// When somebody who follows schedules looks again.
package struct Rounds<Time: Clock>: Sendable where Time.Duration == Duration {
    private let interval: Duration
    private let clock: Time
    private let now: @Sendable () -> Timestamp

    /// `clock` is what is slept by, and `now` the time of day that moments are compared with.
    package init(every interval: Duration, clock: Time, now: @escaping @Sendable () -> Timestamp) {
        (self.interval, self.clock, self.now) = (interval, clock, now)
    }

    /// Does a round when the last one said that something is due, and at least once in every interval, until the task is cancelled.
    package func run(_ round: () async throws -> Timestamp?) async throws -> Never {
        while true {
            let next = try await round()
            try Task.checkCancellation()
            try await clock.sleep(for: max(.zero, next.map { min($0.since(now()), interval) } ?? interval))
        }
    }
}
