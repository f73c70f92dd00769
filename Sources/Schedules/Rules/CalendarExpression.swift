import BackupAPI

/// A calendar event as systemd.time(7) writes it: `Mon..Fri *-*-1..7 02:30:00`, each part optional, with lists, ranges
/// (`..`) and steps (`/`), or one of its words, such as `daily`.
///
/// A `~` before the day counts days from the month's end: `*-02~03` is the third last day of February, and `Mon *-05~07/1`
/// the last Monday in May. Where the hour begins with `*`, it is due whenever clocks show such a time; otherwise see
/// ``DueTimes``.
package struct CalendarExpression: Hashable, Sendable {
    /// 1 for Monday to 7.
    private let weekdays: Set<Int>
    /// `nil` for any.
    private let years: NumberSet?
    private let months: NumberSet
    private let days: NumberSet
    /// Whether `days` are counted from the month's end: 1 for its last.
    private let isFromEnd: Bool
    /// The seconds since midnight, in order.
    let seconds: [Int]
    let clockChanges: ClockChanges

    private static let words = [
        "minutely": "*-*-* *:*:00", "hourly": "*-*-* *:00:00", "daily": "*-*-* 00:00:00",
        "weekly": "Mon *-*-* 00:00:00", "monthly": "*-*-01 00:00:00",
        "quarterly": "*-01,04,07,10-01 00:00:00",
        "semiannually": "*-01,07-01 00:00:00", "semi-annually": "*-01,07-01 00:00:00",
        "biannually": "*-01,07-01 00:00:00", "bi-annually": "*-01,07-01 00:00:00",
        "yearly": "*-01-01 00:00:00", "annually": "*-01-01 00:00:00",
    ]

    /// Reads an expression. Throws what is wrong with it.
    package init(_ text: String) throws(RuleProblem) {
        let field = CalendarField(text: text)
        guard text.utf8.count <= 500 else { throw field.problem("it is too long") }
        var parts = text.words
        if parts.count == 1, let long = Self.words[parts[0].lowercased()] { parts = long.words }
        guard !parts.isEmpty else { throw field.problem("it is empty") }
        var weekdays = Set(1...7)
        if let first = parts.first?.utf8.first, (0x61...0x7A).contains(first | 0x20) {
            let names = parts.removeFirst()
            guard let days = Weekdays.read(names) else {
                throw RuleProblem("days such as \"Mon-Fri,Sun\" expected, got \"\(names.shown(60))\"")
            }
            weekdays = days
        }
        var date = ["*", "*", "*"]
        var isFromEnd = false
        if let first = parts.first, first.utf8.contains(where: { "-~".utf8.contains($0) }) {
            var halves = first.bytesSplit(at: "~")
            isFromEnd = halves.count == 2
            let last = isFromEnd ? [halves.removeLast()] : []
            date = halves[0].bytesSplit(at: "-") + last
            if halves.count > 1 { date = [] }
            if date.count == 2 { date.insert("*", at: 0) }
            parts.removeFirst()
        }
        var time = ["00", "00", "00"]
        if let first = parts.first, first.utf8.contains(UInt8(ascii: ":")) {
            time = first.bytesSplit(at: ":")
            if time.count == 2 { time.append("00") }
            parts.removeFirst()
        }
        guard parts.isEmpty, date.count == 3, time.count == 3 else {
            throw field.problem("\"Mon..Fri 2026-*-1..7 02:30:00\" and parts of it are understood")
        }
        self.weekdays = weekdays
        self.isFromEnd = isFromEnd
        years = date[0] == "*" ? nil : try field.numbers(date[0], 1970...9999, "year")
        months = try field.numbers(date[1], 1...12, "month")
        days = try isFromEnd ? field.numbersFromEnd(date[2]) : field.numbers(date[2], 1...31, "day")
        seconds = NumberSet.secondsOfDay(
            hours: try field.numbers(time[0], 0...23, "hour"),
            minutes: try field.numbers(time[1], 0...59, "minute"),
            seconds: try field.numbers(time[2], 0...59, "second")
        )
        clockChanges = ClockChanges(hours: time[0], minutes: time[1])
        let firstDay = days.numbers.first ?? 32
        guard months.numbers.contains(where: { firstDay <= CivilDay.length(ofMonth: $0, in: 2_000) }) else {
            throw field.problem("it never comes: no such month has such a day")
        }
    }

    func matches(_ day: CivilDay) -> Bool {
        let (year, month, dayOfMonth) = day.date
        let place = isFromEnd ? CivilDay.length(ofMonth: month, in: year) - dayOfMonth + 1 : dayOfMonth
        return weekdays.contains(day.weekday) && months.contains(month) && days.contains(place)
            && years?.contains(year) ?? true
    }
}
