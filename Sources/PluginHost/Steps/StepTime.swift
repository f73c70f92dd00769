import BackupAPI

/// A time that a step has, counted from the moment at which it began the first time.
///
/// What passed before the run was taken up is told by the time of day, because nothing else outlives a process. A clock
/// that was put back counts as no time, so that no step waits for longer than its own time. From then on a clock counts
/// that nobody puts back.
public struct StepTime: Sendable {
    /// The whole of it.
    public let length: Duration
    private let spent: Duration
    private let elapsed: @Sendable () -> Duration
    private let clock: any Clock<Duration>

    init(_ length: Duration, since began: Timestamp, in environment: HostEnvironment) {
        self.length = length
        spent = max(.zero, environment.now().since(began))
        clock = environment.clock
        elapsed = Self.stopwatch(clock)
    }

    /// What is left of it; zero when it is over.
    public var left: Duration { max(.zero, length - spent - elapsed()) }

    /// Whether nothing is left of it.
    public var isOver: Bool { left <= .zero }

    /// Waits until it is over. Throws `CancellationError` when the task is cancelled before.
    public func sleep() async throws {
        let left = left
        if left > .zero { try await clock.sleep(for: left) }
    }

    private static func stopwatch<Time: Clock<Duration>>(_ clock: Time) -> @Sendable () -> Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }
}
