import BackupAPI

/// When a message that could not be delivered is tried again: after a minute, then after twice as long each time, up to six
/// hours, for three days.
enum DeliveryPlan {
    private static let backOff = BackOff(first: .seconds(60), longest: .seconds(6 * 3_600))
    static let patience = Duration.seconds(3 * 86_400)

    /// When to try again after so many attempts; `nil` to give up.
    static func next(afterAttempts attempts: Int, sent: Timestamp, now: Timestamp) -> Timestamp? {
        guard now.since(sent) < patience else { return nil }
        return now.advanced(by: backOff.pause(after: attempts))
    }
}
