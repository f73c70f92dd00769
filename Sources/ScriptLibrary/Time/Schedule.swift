import BackupAPI
import PluginHost

/// When something is due, again and again.
///
/// Times of day are those of a zone's clocks. What falls into an hour that the clocks skip is due once, at the first moment
/// after the gap; what falls into an hour that they repeat is due once, the first time.
struct Schedule: Sendable {
    /// On which days, and when on those.
    enum Rule: Sendable {
        case cron(CronExpression)
        case calendar(CalendarExpression)
        case recurrence(RecurrenceRule)
        /// Every so many microseconds, counted from an anchor, whatever the clocks show.
        case every(microseconds: Int64, anchor: Timestamp)
    }

    let rule: Rule
    let zone: Zone

    /// Days that are looked at: a leap day on a certain weekday comes once in 40 years where a century has none.
    private static let dayLimit = 41 * 366

    /// At most `count` moments after another one and up to `end`, in order; fewer when the schedule ends.
    func moments(after moment: Timestamp, through end: Timestamp? = nil, count: Int) -> [Timestamp] {
        if case .every(let period, let anchor) = rule {
            let passed = (moment.microseconds - anchor.microseconds).flooring(by: period).quotient
            let first = max(passed + 1, 0)
            let last = end.map { ($0.microseconds - anchor.microseconds).flooring(by: period).quotient }
            return (0..<min(Int64(count), last.map { max(0, $0 - first + 1) } ?? .max)).map {
                Timestamp(microseconds: anchor.microseconds + (first + $0) * period)
            }
        }
        var found: [Timestamp] = []
        var last = moment
        let lastDay = end.map { zone.civil($0).day }
        // What was due yesterday may have been put off into today by a gap.
        var day = zone.civil(moment).day.advanced(by: -1)
        for _ in 0..<Self.dayLimit where found.count < count {
            for second in seconds(on: day) {
                let next = zone.moment(CivilTime(day: day, second: second))
                guard next > last, found.count < count else { continue }
                if let end, next > end { return found }
                found.append(next)
                last = next
            }
            if isOver(after: day) || lastDay.map({ day > $0 }) == true { break }
            day = day.advanced(by: 1)
        }
        return found
    }

    /// The seconds since midnight at which it is due on a day, in order.
    private func seconds(on day: CivilDay) -> [Int] {
        switch rule {
        case .cron(let expression): expression.matches(day) ? expression.seconds : []
        case .calendar(let expression): expression.matches(day) ? expression.seconds : []
        case .recurrence(let rule): rule.seconds(on: day)
        case .every: []
        }
    }

    private func isOver(after day: CivilDay) -> Bool {
        if case .recurrence(let rule) = rule { rule.isOver(after: day) } else { day.date.year > 9_000 }
    }
}

/// Numbers of one field of an expression.
struct NumberSet: Hashable, Sendable {
    /// In ascending order.
    let numbers: [Int]
    private let members: Set<Int>

    init(_ numbers: some Sequence<Int>) {
        members = Set(numbers)
        self.numbers = members.sorted()
    }

    func contains(_ number: Int) -> Bool { members.contains(number) }

    /// The seconds since midnight of all times with these hours, minutes and seconds.
    static func secondsOfDay(hours: NumberSet, minutes: NumberSet, seconds: NumberSet = NumberSet([0]))
        -> [Int]
    {
        hours.numbers.flatMap { hour in
            minutes.numbers.flatMap { minute in seconds.numbers.map { hour * 3_600 + minute * 60 + $0 } }
        }
    }
}
