import PluginHost

/// An expression of cron: minute, hour, day of the month, month and day of the week, as crontab(5) has them, with `*`,
/// lists, ranges, steps and names, or one of `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly`.
///
/// Where both days are given, one of them is enough.
struct CronExpression: Sendable {
    private let daysOfMonth: NumberSet
    private let months: NumberSet
    /// 0 for Sunday to 6.
    private let weekdays: NumberSet
    private let isEitherDayEnough: Bool
    /// The seconds since midnight, in order.
    let seconds: [Int]

    private static let shorthands = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// Reads an expression. Throws what is wrong with it.
    init(_ text: String) throws {
        let fields = (Self.shorthands[text.trimmed] ?? text).split(whereSeparator: \.isWhitespace).map(
            String.init
        )
        guard fields.count == 5, text.utf8.count <= 500 else {
            throw ArgumentProblem(
                "a cron expression has 5 fields (minute, hour, day, month, weekday) or is one of \(Self.shorthands.keys.sorted().joined(separator: ", ")); got \"\(text.printable.prefix(60))\""
            )
        }
        let minutes = try CronField(name: "minute", range: 0...59).read(fields[0])
        let hours = try CronField(name: "hour", range: 0...23).read(fields[1])
        daysOfMonth = try CronField(name: "day", range: 1...31).read(fields[2])
        months = try CronField(name: "month", range: 1...12, names: TimeFormat.months, firstName: 1).read(
            fields[3]
        )
        let names = ["Sunday"] + TimeFormat.weekdays.dropLast()
        let days = try CronField(name: "weekday", range: 0...7, names: names, firstName: 0).read(fields[4])
        weekdays = NumberSet(days.numbers.map { $0 % 7 })
        isEitherDayEnough = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
        seconds = NumberSet.secondsOfDay(hours: hours, minutes: minutes)
        guard isEitherDayEnough || canMatch else {
            throw ArgumentProblem(
                "the cron expression \"\(text.printable)\" never comes: no such month has such a day"
            )
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

/// One field of a cron expression.
struct CronField {
    let name: String
    let range: ClosedRange<Int>
    var names: [String] = []
    var firstName = 0

    func read(_ text: String) throws -> NumberSet {
        var numbers: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false)
            guard (1...2).contains(halves.count) else { throw problem(text) }
            var step = 1
            if halves.count == 2 {
                guard let number = Int(halves[1]), (1...range.upperBound + 1).contains(number) else {
                    throw problem(text)
                }
                step = number
            }
            let (first, last) = try bounds(String(halves[0]), hasStep: halves.count == 2, in: text)
            numbers += stride(from: first, through: last, by: step)
        }
        return NumberSet(numbers)
    }

    private func bounds(_ part: String, hasStep: Bool, in text: String) throws -> (Int, Int) {
        if part == "*" { return (range.lowerBound, range.upperBound) }
        let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { number(String($0)) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
            first <= last
        else {
            throw problem(text)
        }
        return (first, ends.count == 1 && hasStep ? range.upperBound : last)
    }

    private func number(_ text: String) -> Int? {
        if let number = Int(text), text.allSatisfy(\.isNumber), range.contains(number) { return number }
        guard text.count >= 3 else { return nil }
        return names.firstIndex { $0.lowercased().hasPrefix(text.lowercased()) }.map { $0 + firstName }
    }

    private func problem(_ text: String) -> ArgumentProblem {
        ArgumentProblem(
            "\(name): numbers from \(range.lowerBound) to \(range.upperBound) expected, as in \"*\", \"1,2\", \"1-5\" or \"*/2\"; got \"\(text.printable.prefix(40))\""
        )
    }
}
