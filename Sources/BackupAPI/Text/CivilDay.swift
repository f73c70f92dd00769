/// A day of the Gregorian calendar, without a zone.
package struct CivilDay: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    package let number: Int

    /// Monday, the first day of the year 1.
    package static let beginning = CivilDay(1, 1, 1)

    /// The day so many days after 1970-01-01.
    package init(number: Int) {
        self.number = number
    }

    /// The day with this date; `nil` for one that does not exist.
    package init?(year: Int, month: Int, day: Int) {
        guard (0...9_999).contains(year), (1...12).contains(month),
            (1...Self.length(ofMonth: month, in: year)).contains(day)
        else { return nil }
        self.init(year, month, day)
    }

    /// A day of a date that is known to exist, in any year.
    package init(_ year: Int, _ month: Int, _ day: Int) {
        // Years begin in March, so that the leap day is their last.
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        number = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Year, month (1 to 12) and day (1 to 31).
    package var date: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// 1 for Monday to 7 for Sunday, as ISO 8601 counts.
    package var weekday: Int { (number % 7 + 7 + 3) % 7 + 1 }

    /// 1 to 366.
    package var dayOfYear: Int { number - CivilDay(date.year, 1, 1).number + 1 }

    /// The year and number of its week, as ISO 8601 counts: week 1 has the year's first Thursday.
    package var week: (year: Int, number: Int) {
        let thursday = CivilDay(number: number - weekday + 4)
        return (thursday.date.year, (thursday.dayOfYear - 1) / 7 + 1)
    }

    /// The day so many days later.
    package func advanced(by days: Int) -> CivilDay { CivilDay(number: number + days) }

    /// The same day so many months later, or the month's last one where it has no such day.
    package func advanced(byMonths months: Int) -> CivilDay {
        let (year, month, day) = date
        let count = year * 12 + month - 1 + months
        let (newYear, newMonth) = ((count - (count % 12 + 12) % 12) / 12, (count % 12 + 12) % 12 + 1)
        return CivilDay(newYear, newMonth, min(day, Self.length(ofMonth: newMonth, in: newYear)))
    }

    /// How many days a month has.
    package static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package static func < (left: CivilDay, right: CivilDay) -> Bool { left.number < right.number }
}
