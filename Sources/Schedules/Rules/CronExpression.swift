import BackupAPI

/// An expression of cron: minute, hour, day of the month, month and day of the week, as crontab(5) has them, with `*`,
/// lists, ranges, steps and names, or one of `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly`.
///
/// Where both days are given, one of them is enough. Where the hour begins with `*`, it is due whenever clocks show such a
/// time; otherwise see ``DueTimes``.
package struct CronExpression: Hashable, Sendable {
    private let daysOfMonth: NumberSet
    private let months: NumberSet
    /// 0 for Sunday to 6.
    private let weekdays: NumberSet
    private let isEitherDayEnough: Bool
    /// The seconds since midnight, in order.
    let seconds: [Int]
    let clockChanges: ClockChanges

    private static let shorthands = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// Reads an expression. Throws what is wrong with it.
    package init(_ text: String) throws(RuleProblem) {
        let words = text.words
        let fields = words.count == 1 ? (Self.shorthands[words[0]] ?? "").words : words
        guard fields.count == 5, text.utf8.count <= 500 else {
            throw RuleProblem(
                "a cron expression has 5 fields (minute, hour, day, month, weekday) or is one of \(Self.shorthands.keys.sorted().joined(separator: ", ")); got \"\(text.shown(60))\""
            )
        }
        let minutes = try CronField(name: "minute", range: 0...59).read(fields[0])
        let hours = try CronField(name: "hour", range: 0...23).read(fields[1])
        daysOfMonth = try CronField(name: "day", range: 1...31).read(fields[2])
        months = try CronField(name: "month", range: 1...12, names: CalendarNames.months, firstName: 1)
            .read(fields[3])
        let names = ["Sunday"] + CalendarNames.weekdays.dropLast()
        let days = try CronField(name: "weekday", range: 0...7, names: names, firstName: 0).read(fields[4])
        weekdays = NumberSet(days.numbers.map { $0 % 7 })
        isEitherDayEnough = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
        seconds = NumberSet.secondsOfDay(hours: hours, minutes: minutes)
        clockChanges = ClockChanges(hours: fields[1], minutes: fields[0])
        guard isEitherDayEnough || canMatch else {
            throw RuleProblem("the cron expression \"\(text)\" never comes: no such month has such a day")
        }
    }

    func matches(_ day: CivilDay) -> Bool {
        let (_, month, dayOfMonth) = day.date
        guard months.contains(month) else { return false }
        let isDay = daysOfMonth.contains(dayOfMonth)
        let isWeekday = weekdays.contains(day.weekday % 7)
        return isEitherDayEnough ? isDay || isWeekday : isDay && isWeekday
    }

    private var canMatch: Bool {
        months.numbers.contains { month in
            (daysOfMonth.numbers.first ?? 32) <= CivilDay.length(ofMonth: month, in: 2_000)
        }
    }
}
