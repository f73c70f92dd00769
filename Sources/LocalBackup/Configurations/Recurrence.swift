public import BackupAPI
import Schedules

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
    private let due: DueTimes
    /// In whole seconds, as a schedule's `start` is written.
    private let start: Timestamp?

    /// Reads a schedule. Throws `invalid_configuration` with what is wrong with its recurrence or zone.
    public init(_ schedule: Schedule) throws {
        guard let text = schedule.recurrence.first, schedule.recurrence.count == 1 else {
            throw BackupError(
                .invalidConfiguration,
                "the schedule has \(schedule.recurrence.count) recurrences",
                fix: "Give it exactly one, for example '\(Frequency.daily.sample)'."
            )
        }
        start = schedule.start.map { Timestamp(second: $0.second) }
        due = try Self.due(text, in: try Self.zone(schedule.timeZone), from: start)
    }

    private static func zone(_ name: String) throws -> Zone {
        do {
            return try Zone(named: name)
        } catch {
            guard error.kind == .unknownName else {
                throw BackupError(.invalidConfiguration, error.message, fix: error.fix)
            }
            throw BackupError(
                .invalidConfiguration,
                "the schedule's time zone '\(name.prefix(100))' is not known; an IANA name such as 'Europe/London', 'US/Central' or 'UTC' is"
            )
        }
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
        let next = due.moments(after: moment, count: 1).first
        // The three shapes have no end but that of the calendar.
        return next ?? Timestamp(microseconds: .max)
    }

    /// The slots after `first` up to and including `last`, in ascending order; at most `limit`, the last ones.
    public func slots(after first: Timestamp, through last: Timestamp, limit: Int = .max) -> [Timestamp] {
        let first = start.map { max($0, first) } ?? first
        return PassedSlots.last(limit, after: first, through: last) { start, end in
            due.moments(after: start, through: end, count: .max)
        }
    }
}
