import BackupAPI
import Foundation

/// A time zone, as far as schedules need it: which day a moment belongs to, and when a local time comes.
struct LocalZone: Hashable, Sendable {
    private let zone: TimeZone

    /// Takes the IANA name of a zone. Throws `invalid_configuration` for any other text.
    init(_ name: String) throws {
        guard Self.isName(name), let zone = TimeZone(identifier: name) else {
            throw BackupError(
                .invalidConfiguration,
                "the schedule's time zone '\(name.prefix(100))' is not known",
                fix: "Give the IANA name of a zone, for example 'Europe/Berlin', 'US/Central' or 'UTC'."
            )
        }
        self.zone = zone
    }

    /// The local day of a moment, counted from 1970-01-01.
    func day(of moment: Timestamp) -> Int64 {
        let local = moment.second + offset(at: moment.second)
        return local >= 0 ? local / 86_400 : -((86_399 - local) / 86_400)
    }

    /// The first moment of a day at which local clocks show `time` or, when they skip it, a later time.
    func moment(day: Int64, _ time: TimeOfDay) -> Timestamp {
        // What the clocks show, in seconds as if the zone were UTC.
        let shown = day * 86_400 + Int64(time.hour * 3_600 + time.minute * 60)
        // No zone is further than a day from UTC, and none changes its clocks twice in two days.
        let before = offset(at: shown - 86_400)
        let after = offset(at: shown + 86_400)
        guard before != after else { return Timestamp(microseconds: (shown - before) * 1_000_000) }
        let change = firstSecond(from: shown - 86_400, to: shown + 86_400) { offset(at: $0) != before }
        let second = shown - before < change ? shown - before : max(change, shown - after)
        return Timestamp(microseconds: second * 1_000_000)
    }

    private func firstSecond(from low: Int64, to high: Int64, where isAfter: (Int64) -> Bool) -> Int64 {
        var (low, high) = (low, high)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if isAfter(middle) { high = middle } else { low = middle }
        }
        return high
    }

    /// Seconds east of UTC.
    private func offset(at second: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
    }

    /// Foundation also takes texts such as `GMT+0530`, which are no names.
    private static func isName(_ text: String) -> Bool {
        let allowed = text.utf8.allSatisfy { byte in
            switch UInt8(byte) {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"): true
            default: false
            }
        }
        let isOffset = text.hasPrefix("GMT") && text != "GMT"
        return allowed && !isOffset && (1...64).contains(text.utf8.count)
    }
}

/// An hour from 0 to 23 and a minute from 0 to 59.
struct TimeOfDay: Hashable, Sendable {
    var hour: Int
    var minute: Int
}

/// A day of the week, by its name in iCalendar.
enum Weekday: String, CaseIterable, Sendable {
    case thursday = "TH"
    case friday = "FR"
    case saturday = "SA"
    case sunday = "SU"
    case monday = "MO"
    case tuesday = "TU"
    case wednesday = "WE"

    /// The weekday of a day counted from 1970-01-01, which was a Thursday.
    init(day: Int64) {
        self = Self.allCases[Int((day % 7 + 7) % 7)]
    }
}
