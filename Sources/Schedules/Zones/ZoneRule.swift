import BackupAPI

/// The rule by which a zone's clocks change each year, as the last line of a TZif file has it: a `TZ` string of POSIX with
/// the extensions of RFC 8536 (3.3.1), such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct ZoneRule: Hashable, Sendable {
    /// A day of each year and a time on it, which may lie a week away.
    struct Date: Hashable, Sendable {
        enum Day: Hashable, Sendable {
            /// 1 to 365; 29 February is never counted.
            case julian(Int)
            /// 0 to 365; 29 February is counted.
            case zeroBased(Int)
            /// The weekday, 0 for Sunday, of a month's week, 5 for its last.
            case weekday(month: Int, week: Int, weekday: Int)
        }

        var day: Day
        /// Seconds after midnight by the clocks before the change.
        var time: Int
    }

    struct DaylightSaving: Hashable, Sendable {
        var offset: Int
        var start: Date
        var end: Date
    }

    /// Seconds ahead of UTC.
    var offset: Int
    var daylightSaving: DaylightSaving?

    func period(at second: Int64) -> ZoneRules.Period {
        let standard = ZoneRules.Period(offset: offset, isDaylightSaving: false)
        guard daylightSaving != nil else { return standard }
        return changes(around: second).last { $0.second <= second }?.period ?? standard
    }

    func nextChange(after second: Int64) -> ZoneRules.Change? {
        changes(around: second).first { $0.second > second }
    }

    /// The changes of the years around a second, in order.
    private func changes(around second: Int64) -> [ZoneRules.Change] {
        guard let daylightSaving else { return [] }
        let year = CivilDay(number: Int(second.flooring(by: 86_400).quotient)).date.year
        let all = (year - 1...year + 2).flatMap { year in
            [
                ZoneRules.Change(
                    second: daylightSaving.start.second(in: year) - Int64(offset),
                    period: .init(offset: daylightSaving.offset, isDaylightSaving: true)
                ),
                ZoneRules.Change(
                    second: daylightSaving.end.second(in: year) - Int64(daylightSaving.offset),
                    period: .init(offset: offset, isDaylightSaving: false)
                ),
            ].sorted { $0.second < $1.second }
        }
        // Daylight saving time that ends when it begins again holds all year.
        return all.indices.filter { $0 + 1 == all.count || all[$0].second != all[$0 + 1].second }.map {
            all[$0]
        }
    }
}

extension ZoneRule.Date {
    /// What clocks show, as seconds since 1970 as if they showed UTC.
    fileprivate func second(in year: Int) -> Int64 {
        let january = CivilDay(year, 1, 1).number
        let number: Int
        switch day {
        case .julian(let day):
            let hasLeapDay = CivilDay.length(ofMonth: 2, in: year) == 29 && day >= 60
            number = january + day - (hasLeapDay ? 0 : 1)
        case .zeroBased(let day): number = january + day
        case .weekday(let month, let week, let weekday):
            let first = CivilDay(year, month, 1)
            let offset = (weekday - first.weekday % 7 + 7) % 7 + (week - 1) * 7
            let length = CivilDay.length(ofMonth: month, in: year)
            number = first.number + (offset < length ? offset : offset - 7)
        }
        return Int64(number) * 86_400 + Int64(time)
    }
}
