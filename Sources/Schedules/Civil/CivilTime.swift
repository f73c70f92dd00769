package import BackupAPI

/// A time of a day as a clock on a wall shows it.
package struct CivilTime: Hashable, Sendable {
    /// The day.
    package var day: CivilDay
    /// Seconds since the day's midnight, 0 to 86399.
    package var second: Int
    /// 0 to 999999.
    package var microsecond: Int

    /// Makes a time of a day.
    package init(day: CivilDay, second: Int, microsecond: Int = 0) {
        (self.day, self.second, self.microsecond) = (day, second, microsecond)
    }
}
