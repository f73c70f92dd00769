import BackupAPI
import Foundation

/// The clocks of this process.
enum Clocks {
    /// The time of day.
    static let now: @Sendable () -> Timestamp = { Timestamp(seconds: Date().timeIntervalSince1970) }

    /// Seconds of a steady clock.
    static let seconds: @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }
}
