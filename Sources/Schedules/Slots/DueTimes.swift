package import BackupAPI

/// When something is due, again and again.
///
/// Times of day are those of a zone's clocks. What falls into an hour that the clocks skip is due once, at the first moment
/// after the gap; what falls into an hour that they repeat is due once, the first time. Expressions of cron and calendar
/// events with `*` for the hour follow the clocks instead, and those with `*` for the minute are due in both of two hours.
package struct DueTimes: Hashable, Sendable {
    /// On which days, and when on those.
    package enum Rule: Hashable, Sendable {
        case cron(CronExpression)
        case calendar(CalendarExpression)
        case recurrence(RecurrenceRule)
        /// Every so many microseconds, counted from an anchor in both directions, whatever the clocks show.
        case every(microseconds: Int64, anchor: Timestamp)
    }

    /// When it is due.
    package let rule: Rule
    /// Whose clocks count.
    package let zone: Zone
    /// Nothing is due before it.
    private let first: Timestamp?

    /// Days that are looked at: a leap day on a certain weekday comes once in 40 years where a century has none.
    private static let dayLimit = 41 * 366

    /// Makes times. With `first` there are none before it.
    package init(rule: Rule, zone: Zone, first: Timestamp? = nil) {
        (self.rule, self.zone, self.first) = (rule, zone, first)
    }

    /// At most `count` moments after another one and up to `end`, in order; fewer when they end.
    package func moments(after moment: Timestamp, through end: Timestamp? = nil, count: Int) -> [Timestamp] {
        let moment = first.map { max(moment, Timestamp(microseconds: $0.microseconds - 1)) } ?? moment
        if case .every(let period, let anchor) = rule {
            let next = (moment.microseconds - anchor.microseconds).flooring(by: period).quotient + 1
            let last = end.map { ($0.microseconds - anchor.microseconds).flooring(by: period).quotient }
            return (0..<min(Int64(count), last.map { max(0, $0 - next + 1) } ?? .max)).map {
                Timestamp(microseconds: anchor.microseconds + (next + $0) * period)
            }
        }
        return daily(after: moment, through: [end, ruleEnd].compactMap(\.self).min(), count: count)
    }

    private func daily(after moment: Timestamp, through end: Timestamp?, count: Int) -> [Timestamp] {
        var found: [Timestamp] = []
        // Moments around a change of the clocks: one of a later day may come before them.
        var waiting: Set<Timestamp> = []
        // What was due the days before may have been put off into today by a gap, in a few zones by a whole day.
        var day = zone.civil(moment).day.advanced(by: -2)
        for _ in 0..<Self.dayLimit {
            if let midnight = zone.steadyMidnight(of: day) {
                found += waiting.sorted()
                waiting = []
                let due = seconds(on: day).lazy.map { Timestamp(second: midnight.second + Int64($0)) }
                found += due.filter { $0 > moment }.prefix(max(0, count - found.count))
            } else {
                for second in seconds(on: day) {
                    let due = moments(of: CivilTime(day: day, second: second))
                    waiting.formUnion(due.filter { $0 > moment })
                }
                let next = zone.earliest(day.advanced(by: 1))
                let due = waiting.filter { $0 < next }
                waiting.subtract(due)
                found += due.sorted()
            }
            if found.count >= count || isOver(after: day) { break }
            day = day.advanced(by: 1)
            if let end, zone.earliest(day) > end { break }
        }
        found += waiting.sorted()
        return Array(found.prefix { $0 <= end ?? $0 }.prefix(count))
    }

    private func moments(of civil: CivilTime) -> [Timestamp] {
        switch clockChanges {
        case .once: return [zone.moment(civil)]
        case .followed: return zone.moments(civil)
        case .repeated:
            let all = zone.moments(civil)
            return all.isEmpty ? [zone.moment(civil)] : all
        }
    }

    private var clockChanges: ClockChanges {
        switch rule {
        case .cron(let expression): expression.clockChanges
        case .calendar(let expression): expression.clockChanges
        case .recurrence, .every: .once
        }
    }

    private var ruleEnd: Timestamp? {
        if case .recurrence(let rule) = rule { rule.end } else { nil }
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
