/// The client's time: a clock of any kind, without its type.
struct Timer: Sendable {
    /// The time since the timer was made.
    let elapsed: @Sendable () -> Duration
    /// Waits between requests.
    let pause: @Sendable (Duration) async throws -> Void
    /// Waits for the moment at which an answer is late.
    let lateness: @Sendable (Duration) async throws -> Void

    init(_ clock: some Clock<Duration>, lateness: some Clock<Duration>) {
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
        pause = { try await clock.sleep(for: $0) }
        self.lateness = { try await lateness.sleep(for: $0) }
    }
}
