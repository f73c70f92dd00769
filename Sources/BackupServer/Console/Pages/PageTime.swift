import BackupAPI
import PluginHost
import Schedules

/// Times as a page shows them: in the site's zone, and from now.
struct PageTime: Sendable {
    let zone: Zone
    let now: Timestamp

    /// `Mon 30 Nov, 02:00:03`, with the year where it is another one.
    func text(_ moment: Timestamp) -> String {
        let civil = zone.civil(moment)
        let date = civil.day.date
        let month = CalendarNames.months[date.month - 1].prefix(3)
        let weekday = CalendarNames.weekdays[civil.day.weekday - 1].prefix(3)
        let year = date.year == zone.civil(now).day.date.year ? "" : " \(date.year)"
        return "\(weekday) \(date.day) \(month)\(year), \(clock(civil))"
    }

    /// The moment as an element that programs can read.
    func html(_ moment: Timestamp) -> HTML {
        "<time datetime=\"\(moment.wholeSeconds)\">\(text(moment))</time>"
    }

    /// The time of the day alone.
    func clock(_ moment: Timestamp) -> HTML {
        "<time datetime=\"\(moment.wholeSeconds)\">\(clock(zone.civil(moment)))</time>"
    }

    /// `3 h 05 min ago`, or `in 2 h 10 min`.
    func distance(_ moment: Timestamp) -> String {
        let microseconds = moment.microseconds - now.microseconds
        let duration = Figures.duration(.microseconds(abs(microseconds)))
        return microseconds > 0 ? "in \(duration)" : "\(duration) ago"
    }

    /// How long something took, or takes since it began.
    func took(_ start: Timestamp, _ end: Timestamp?) -> String {
        Figures.duration(.microseconds((end ?? now).microseconds - start.microseconds))
    }

    private func clock(_ civil: CivilTime) -> String {
        [civil.second / 3_600, civil.second / 60 % 60, civil.second % 60]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
