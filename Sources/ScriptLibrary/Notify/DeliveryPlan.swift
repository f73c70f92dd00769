import BackupAPI

/// When a message that could not be delivered is tried again: after a minute, then after twice as long each time, up to six
/// hours, for three days.
enum DeliveryPlan {
    static let longestPause = Duration.seconds(6 * 3_600)
    static let patience = Duration.seconds(3 * 86_400)

    /// When to try again after so many attempts; `nil` to give up.
    static func next(afterAttempts attempts: Int, sent: Timestamp, now: Timestamp) -> Timestamp? {
        guard now.since(sent) < patience else { return nil }
        let pause = Duration.seconds(60) * (1 << min(max(attempts - 1, 0), 9))
        return now.advanced(by: min(pause, longestPause))
    }
}
