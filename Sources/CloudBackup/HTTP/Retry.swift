import BackupAPI

/// One attempt that did not succeed.
struct FailedAttempt: Error {
    /// What a caller gets when it is not tried again.
    var error: BackupError
    /// Whether another attempt may be made.
    var mayRepeat: Bool
    /// How long the service wants to be left alone.
    var retryAfter: Duration?
}

/// Repeats attempts with pauses of full jitter, inside a deadline for all of them.
struct Retry: Sendable {
    /// The pause before the second attempt is shorter than this; each further one may be twice as long.
    private static let backOff = BackOff(first: .milliseconds(250), longest: .seconds(10))

    let timer: Timer
    /// Answers a number from 0 to below 1.
    let jitter: @Sendable () -> Double

    /// The first result. `attempt` gets the time that is left.
    ///
    /// Throws the last attempt's error, with the number of attempts where there were several.
    func run<Value>(
        within deadline: Duration,
        _ attempt: (_ remaining: Duration) async throws -> Value
    ) async throws -> Value {
        let end = timer.elapsed() + deadline
        var count = 0
        while true {
            do {
                return try await attempt(end - timer.elapsed())
            } catch let failure as FailedAttempt {
                count += 1
                let pause = (failure.retryAfter ?? .zero) + pause(after: count)
                guard failure.mayRepeat, timer.elapsed() + pause < end else {
                    var error = failure.error
                    if count > 1 { error.message += " (the last of \(count) attempts)" }
                    throw error
                }
                try await timer.pause(pause)
            }
        }
    }

    /// A pause after so many attempts in a row, at least one.
    func pause(after count: Int) -> Duration {
        Self.backOff.pause(after: count) * jitter()
    }
}
