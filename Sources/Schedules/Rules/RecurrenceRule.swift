import BackupAPI

/// A recurrence rule of RFC 5545 (3.3.10) for days: FREQ `DAILY` to `YEARLY` with INTERVAL, COUNT, UNTIL, BYMONTH,
/// BYMONTHDAY, BYDAY, BYHOUR and BYMINUTE.
///
/// COUNT counts occurrences, of which a day may have several. UNTIL is inclusive: a day as a whole, or a time to the second.
package struct RecurrenceRule: Hashable, Sendable {
    enum Frequency: String {
        case daily = "DAILY"
        case weekly = "WEEKLY"
        case monthly = "MONTHLY"
        case yearly = "YEARLY"
    }

    struct Weekday: Hashable, Sendable {
        /// Its number in the month or year, from the end where negative; 0 for each.
        var ordinal: Int
        /// 1 for Monday to 7.
        var weekday: Int
    }

    var frequency = Frequency.daily
    var interval = 1
    var months: Set<Int> = []
    /// 1 to 31, or -1 for the last day to -31.
    var monthDays: Set<Int> = []
    var weekdays: Set<Weekday> = []
    var hours: [Int] = []
    var minutes: [Int] = []
    /// Nothing is due after it.
    var end: Timestamp?
    /// Nothing is due on a later day, by the zone's clocks.
    var lastDay: CivilDay?
    /// How often it is due on `lastDay` at most, where COUNT ends it there.
    var lastDayCount: Int?
    let start: CivilTime

    init(start: CivilTime) {
        self.start = start
    }

    /// The seconds since midnight at which it is due on a day, in order.
    func seconds(on day: CivilDay) -> [Int] {
        guard day >= start.day, !isOver(after: day.advanced(by: -1)), matches(day) else { return [] }
        let hours = hours.isEmpty ? [start.second / 3_600] : hours
        let minutes = minutes.isEmpty ? [start.second / 60 % 60] : minutes
        let all = hours.flatMap { hour in minutes.map { hour * 3_600 + $0 * 60 + start.second % 60 } }
        let due = day == start.day ? all.filter { $0 >= start.second } : all
        return day == lastDay ? Array(due.prefix(lastDayCount ?? due.count)) : due
    }

    /// Whether it is never due after a day.
    func isOver(after day: CivilDay) -> Bool { lastDay.map { day >= $0 } ?? false }

    /// Ends it after so many occurrences.
    mutating func end(after count: Int) {
        var left = count
        var day = start.day
        // What comes less often than that comes no more in the life of a schedule.
        for _ in 0..<(200 * 366) where !isOver(after: day.advanced(by: -1)) {
            let due = seconds(on: day).count
            if due >= left {
                (lastDay, lastDayCount) = (day, left)
                return
            }
            left -= due
            day = day.advanced(by: 1)
        }
    }

    /// Whether some month has such a day.
    var canMatch: Bool {
        let months = months.isEmpty ? Set(1...12) : months
        let longest = months.map { CivilDay.length(ofMonth: $0, in: 2_000) }.max() ?? 0
        let isInYear = frequency == .yearly && self.months.isEmpty
        let hasWeekday = weekdays.isEmpty || weekdays.contains { abs($0.ordinal) <= (isInYear ? 53 : 5) }
        return hasWeekday && (monthDays.isEmpty || monthDays.contains { abs($0) <= longest })
    }

    private func matches(_ day: CivilDay) -> Bool {
        let (year, month, dayOfMonth) = day.date
        let first = start.day.date
        guard months.isEmpty || months.contains(month) else { return false }
        let length = CivilDay.length(ofMonth: month, in: year)
        let isMonthDay = monthDays.contains(dayOfMonth) || monthDays.contains(dayOfMonth - length - 1)
        guard monthDays.isEmpty || isMonthDay else { return false }
        let isFree = monthDays.isEmpty && weekdays.isEmpty
        switch frequency {
        case .daily:
            return (day.number - start.day.number) % interval == 0 && matchesWeekday(day)
        case .weekly:
            let weeks = (monday(of: day) - monday(of: start.day)) / 7
            return weeks % interval == 0 && (isFree ? day.weekday == start.day.weekday : matchesWeekday(day))
        case .monthly:
            return (year * 12 + month - first.year * 12 - first.month) % interval == 0
                && (isFree ? dayOfMonth == first.day : matchesWeekday(day))
        case .yearly:
            guard (year - first.year) % interval == 0 else { return false }
            guard isFree else { return matchesWeekday(day) }
            return dayOfMonth == first.day && (!months.isEmpty || month == first.month)
        }
    }

    private func monday(of day: CivilDay) -> Int { day.number - day.weekday + 1 }

    private func matchesWeekday(_ day: CivilDay) -> Bool {
        guard !weekdays.isEmpty else { return true }
        let (year, month, dayOfMonth) = day.date
        // Counted in the year only where no month is named.
        let isInYear = frequency == .yearly && months.isEmpty
        let place = isInYear ? day.dayOfYear : dayOfMonth
        let length =
            isInYear
            ? (CivilDay.length(ofMonth: 2, in: year) == 29 ? 366 : 365)
            : CivilDay.length(ofMonth: month, in: year)
        let ordinals = [0, (place - 1) / 7 + 1, -((length - place) / 7 + 1)]
        return ordinals.contains { weekdays.contains(Weekday(ordinal: $0, weekday: day.weekday)) }
    }
}
