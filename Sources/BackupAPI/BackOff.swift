/// How long to wait before something that failed is tried again: twice as long after each attempt, up to a longest pause.
package struct BackOff: Hashable, Sendable {
    private let first: Duration
    private let longest: Duration

    /// `first` is the pause after the first attempt.
    package init(first: Duration, longest: Duration) {
        (self.first, self.longest) = (first, longest)
    }

    /// The pause after so many attempts in a row, at least one.
    package func pause(after attempts: Int) -> Duration {
        min(longest, first * (1 << min(max(attempts - 1, 0), 20)))
    }
}
