import LuaKit
import PluginHost

/// A calendar event as systemd.time(7) writes it: `Mon..Fri *-*-1..7 02:30:00`, each part optional, with lists, ranges
/// (`..`) and steps (`/`), or one of its words, such as `daily`.
struct CalendarExpression: Sendable {
    /// 1 for Monday to 7.
    private let weekdays: Set<Int>
    /// Empty for any.
    private let years: NumberSet?
    private let months: NumberSet
    private let days: NumberSet
    /// The seconds since midnight, in order.
    let seconds: [Int]

    private static let words = [
        "minutely": "*-*-* *:*:00", "hourly": "*-*-* *:00:00", "daily": "*-*-* 00:00:00",
        "weekly": "Mon *-*-* 00:00:00", "monthly": "*-*-01 00:00:00",
        "quarterly": "*-01,04,07,10-01 00:00:00",
        "semiannually": "*-01,07-01 00:00:00", "yearly": "*-01-01 00:00:00",
    ]

    /// Reads an expression. Throws what is wrong with it.
    init(_ text: String) throws {
        guard text.utf8.count <= 500 else { throw Self.problem(text, "it is too long") }
        var parts = (Self.words[text.trimmed] ?? text).split(whereSeparator: \.isWhitespace).map(String.init)
        guard !parts.isEmpty else { throw Self.problem(text, "it is empty") }
        var weekdays = Set(1...7)
        if let first = parts.first?.first, first.isLetter {
            weekdays = try Weekdays.read(.string(parts.removeFirst()))
        }
        var date = ["*", "*", "*"]
        if let first = parts.first, first.contains("-") {
            date = first.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
            if date.count == 2 { date.insert("*", at: 0) }
            parts.removeFirst()
        }
        var time = ["00", "00", "00"]
        if let first = parts.first, first.contains(":") {
            time = first.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            if time.count == 2 { time.append("00") }
            parts.removeFirst()
        }
        guard parts.isEmpty, date.count == 3, time.count == 3 else {
            throw Self.problem(text, "\"Mon..Fri 2026-*-1..7 02:30:00\" and parts of it are understood")
        }
        self.weekdays = weekdays
        years = date[0] == "*" ? nil : try Self.numbers(date[0], 1970...9999, "year", text)
        months = try Self.numbers(date[1], 1...12, "month", text)
        days = try Self.numbers(date[2], 1...31, "day", text)
        seconds = NumberSet.secondsOfDay(
            hours: try Self.numbers(time[0], 0...23, "hour", text),
            minutes: try Self.numbers(time[1], 0...59, "minute", text),
            seconds: try Self.numbers(time[2], 0...59, "second", text)
        )
    }

    func matches(_ day: CivilDay) -> Bool {
        let (year, month, dayOfMonth) = day.date
        return weekdays.contains(day.weekday) && months.contains(month) && days.contains(dayOfMonth)
            && years?.contains(year) ?? true
    }

    private static func numbers(_ field: String, _ range: ClosedRange<Int>, _ name: String, _ text: String)
        throws
        -> NumberSet
    {
        var numbers: [Int] = []
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            let step = halves.count == 2 ? Int(halves[1]) : 1
            guard (1...2).contains(halves.count), let step, step > 0 else {
                throw problem(text, "the \(name) is wrong")
            }
            var ends = [range.lowerBound, range.upperBound]
            if halves[0] != "*" {
                let texts = halves[0].replacing("..", with: "~").split(
                    separator: "~",
                    omittingEmptySubsequences: false
                )
                let found = texts.compactMap { Int($0) }.filter(range.contains)
                guard (1...2).contains(texts.count), found.count == texts.count else {
                    throw problem(
                        text,
                        "the \(name) is no number from \(range.lowerBound) to \(range.upperBound)"
                    )
                }
                ends = found.count == 2 ? found : [found[0], halves.count == 2 ? range.upperBound : found[0]]
            }
            guard ends[0] <= ends[1] else { throw problem(text, "the \(name) goes backwards") }
            numbers += stride(from: ends[0], through: ends[1], by: step)
        }
        return NumberSet(numbers)
    }

    private static func problem(_ text: String, _ what: String) -> ArgumentProblem {
        ArgumentProblem("the calendar event \"\(text.printable.prefix(60))\": \(what)")
    }
}
