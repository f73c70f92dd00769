package import BackupAPI

/// A time zone by its IANA name.
///
/// A time that a change of the clocks skips stands for the first moment after the gap; one that they repeat stands for its
/// first occurrence.
package struct Zone: Hashable, Sendable {
    /// Its IANA name.
    package let name: String
    private let rules: ZoneRules

    /// Coordinated universal time. It needs no database.
    package static let utc = Zone(name: "UTC", rules: .utc)

    private init(name: String, rules: ZoneRules) {
        self.name = name
        self.rules = rules
    }

    /// The zone with this name, for example `Europe/Zurich`, links and `UTC` included. Throws for every other text, such as
    /// the abbreviation `BST`, and where there is no usable database.
    package init(named name: String, in database: ZoneDatabase = .system) throws(ZoneProblem) {
        guard name != "UTC" else {
            self = .utc
            return
        }
        self.init(name: name, rules: try database.rules(of: name))
    }

    /// Seconds that the zone's clocks are ahead of UTC at a moment.
    package func offset(at moment: Timestamp) -> Int { rules.period(at: moment.second).offset }

    /// Whether daylight saving time holds at a moment: clocks are ahead of what the database calls standard time, or the
    /// database calls it daylight saving time when they are put back, as in Ireland.
    package func isDaylightSaving(at moment: Timestamp) -> Bool {
        let now = rules.period(at: moment.second)
        guard let next = rules.nextChange(after: moment.second)?.period,
            next.isDaylightSaving != now.isDaylightSaving
        else { return now.isDaylightSaving }
        return now.offset == next.offset ? now.isDaylightSaving : now.offset > next.offset
    }

    /// What the zone's clocks show at a moment.
    package func civil(_ moment: Timestamp) -> CivilTime {
        let local = moment.microseconds + Int64(offset(at: moment)) * 1_000_000
        let (second, microsecond) = local.flooring(by: 1_000_000)
        let (day, secondOfDay) = second.flooring(by: 86_400)
        return CivilTime(
            day: CivilDay(number: Int(day)),
            second: Int(secondOfDay),
            microsecond: Int(microsecond)
        )
    }

    /// The moment at which the zone's clocks show a time.
    package func moment(_ civil: CivilTime) -> Timestamp {
        moments(civil).first ?? Timestamp(second: change(around: civil.localSecond))
    }

    /// All moments at which the zone's clocks show a time, in order: mostly one; two where they repeat it; none where they
    /// skip it.
    package func moments(_ civil: CivilTime) -> [Timestamp] {
        let local = civil.localSecond
        let (before, after) = offsets(around: local)
        let candidates = before == after ? [before] : [max(before, after), min(before, after)]
        return candidates.filter { rules.period(at: local - $0).offset == Int($0) }.map {
            Timestamp(microseconds: (local - $0) * 1_000_000 + Int64(civil.microsecond))
        }
    }

    /// The next moment after another one at which the offset changes; `nil` when there is none within two years.
    package func nextChange(after moment: Timestamp) -> Timestamp? {
        let start = moment.second
        let offset = rules.period(at: start).offset
        var second = start
        while let change = rules.nextChange(after: second), change.second <= start + 2 * 366 * 86_400 {
            if change.period.offset != offset { return Timestamp(second: change.second) }
            second = change.second
        }
        return nil
    }

    /// A day's midnight where no change of the clocks is near, so that its times of day are so many seconds later.
    func steadyMidnight(of day: CivilDay) -> Timestamp? {
        let local = CivilTime(day: day, second: 0).localSecond
        let start = local - 2 * 86_400
        if let change = rules.nextChange(after: start), change.second <= local + 3 * 86_400 { return nil }
        return Timestamp(second: local - Int64(rules.period(at: start).offset))
    }

    /// A moment that no moment of a day, or of a later one, comes before.
    func earliest(_ day: CivilDay) -> Timestamp {
        let midnight = CivilTime(day: day, second: 0).localSecond
        let (before, after) = offsets(around: midnight)
        return Timestamp(second: midnight - max(before, after))
    }

    /// No zone is further than a day from UTC, and none changes its clocks twice in two days.
    private func offsets(around local: Int64) -> (before: Int64, after: Int64) {
        (
            Int64(rules.period(at: local - 86_400).offset), Int64(rules.period(at: local + 86_400).offset)
        )
    }

    /// The second at which the offset changes that is another one a day later than it was a day before.
    private func change(around local: Int64) -> Int64 {
        let before = rules.period(at: local - 86_400).offset
        var second = local - 86_400
        while let change = rules.nextChange(after: second) {
            if change.period.offset != before { return change.second }
            second = change.second
        }
        return local - Int64(before)
    }

    package static func == (left: Zone, right: Zone) -> Bool { left.name == right.name }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension CivilTime {
    /// Seconds since 1970 as if clocks showed UTC.
    fileprivate var localSecond: Int64 { Int64(day.number) * 86_400 + Int64(second) }
}
