public import BackupAPI

/// When a schedule is due: the moments, called slots, of one of the contract's three RRULE shapes (contract 3.7).
///
/// A value without a clock: it answers which slots lie where, and nothing else.
///
/// - An hourly rule counts hours of 60 minutes from the schedule's `start`, so that a change of the clocks moves
///   nothing. A schedule without `start` counts from 1970-01-01T00:00:00Z.
/// - Daily and weekly rules are meant in the schedule's zone. A local time that does not exist, because clocks are put
///   forward over it, is due at the first moment after the gap. One that exists twice, because clocks are put back
///   over it, is due once, the first time.
/// - All slots lie after `start`, where there is one; `start` itself is none.
public struct Recurrence: Hashable, Sendable {
    let rule: Rule
    let zone: LocalZone
    /// In whole seconds, as a schedule's `start` is written.
    let start: Timestamp?

    /// Reads a schedule. Throws `invalid_configuration` with what is wrong with its recurrence or zone.
    public init(_ schedule: Schedule) throws {
        guard let text = schedule.recurrence.first, schedule.recurrence.count == 1 else {
            throw BackupError(
                .invalidConfiguration,
                "the schedule has \(schedule.recurrence.count) recurrences",
                fix: "Give it exactly one, for example '\(Frequency.daily.sample)'."
            )
        }
        rule = try Rule(text)
        zone = try LocalZone(schedule.timeZone)
        start = schedule.start.map { Timestamp(microseconds: $0.second * 1_000_000) }
    }

    /// What is wrong with a schedule; `nil` when nothing is.
    package static func problem(of schedule: Schedule) -> String? {
        do {
            _ = try Recurrence(schedule)
            return nil
        } catch {
            return (error as? BackupError)?.message ?? "\(error)"
        }
    }

    /// The first slot after a moment.
    public func next(after moment: Timestamp) -> Timestamp {
        let moment = start.map { max($0, moment) } ?? moment
        switch rule {
        case .hourly(let interval):
            let origin = start ?? Timestamp(microseconds: 0)
            let length = Int64(interval) * 3_600_000_000
            let (past, rest) = (moment.microseconds - origin.microseconds).quotientAndRemainder(
                dividingBy: length
            )
            return Timestamp(microseconds: origin.microseconds + (past + (rest < 0 ? 0 : 1)) * length)
        case .daily(let time):
            return next(after: moment, at: time) { _ in true }
        case .weekly(let days, let time):
            return next(after: moment, at: time, on: days.contains)
        }
    }

    /// The slots after `first` up to and including `last`, in ascending order; at most `limit`, the last ones.
    public func slots(after first: Timestamp, through last: Timestamp, limit: Int = .max) -> [Timestamp] {
        var found: [Timestamp] = []
        var slot = next(after: first)
        while slot <= last {
            found.append(slot)
            if found.count / 2 > limit { found.removeFirst(found.count - limit) }
            slot = next(after: slot)
        }
        return Array(found.suffix(limit))
    }

    /// Goes day by day from before the moment's own: the slot of a day that a zone leaves out lies in the next one.
    private func next(
        after moment: Timestamp,
        at time: TimeOfDay,
        on isWanted: (Weekday) -> Bool
    ) -> Timestamp {
        var day = zone.day(of: moment) - 2
        while true {
            let slot = zone.moment(day: day, time)
            if slot > moment, isWanted(Weekday(day: day)) { return slot }
            day += 1
        }
    }
}

extension Timestamp {
    /// Whole seconds since 1970, rounded down.
    var second: Int64 {
        microseconds >= 0 ? microseconds / 1_000_000 : -((999_999 - microseconds) / 1_000_000)
    }
}
