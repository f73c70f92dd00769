import BackupAPI
import Foundation
import LuaKit
import PluginHost

/// A time zone by its IANA name.
///
/// A time that a change of the clocks skips stands for the first moment after the gap; one that they repeat stands for its
/// first occurrence.
struct Zone: Hashable, Sendable {
    let name: String
    private let rules: TimeZone

    static let utc = Zone(name: "UTC", rules: .gmt)

    private init(name: String, rules: TimeZone) {
        self.name = name
        self.rules = rules
    }

    /// The zone with this name, for example `Europe/Zurich`; `nil` for others, abbreviations too.
    init?(_ name: String) {
        guard name != "UTC" else {
            self = .utc
            return
        }
        guard name.contains("/"), name.utf8.count < 64, let rules = TimeZone(identifier: name) else {
            return nil
        }
        self.init(name: name, rules: rules)
    }

    /// Seconds that the zone's clocks are ahead of UTC at a moment.
    func offset(at moment: Timestamp) -> Int {
        rules.secondsFromGMT(for: Date(timeIntervalSince1970: moment.seconds.rounded(.down)))
    }

    /// Whether daylight saving time holds at a moment.
    func isDaylightSaving(at moment: Timestamp) -> Bool {
        rules.isDaylightSavingTime(for: Date(timeIntervalSince1970: moment.seconds.rounded(.down)))
    }

    /// What the zone's clocks show at a moment.
    func civil(_ moment: Timestamp) -> CivilTime {
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
    func moment(_ civil: CivilTime) -> Timestamp {
        let local = Int64(civil.day.number) * 86_400 + Int64(civil.second)
        let (before, after) = (local - 86_400, local + 86_400)
        let offsets = [before, after].map { Int64(offset(at: Timestamp(seconds: $0))) }
        let candidates = offsets.map { local - $0 }.filter { moment in
            Int64(offset(at: Timestamp(seconds: moment))) == local - moment
        }
        let found = candidates.min() ?? change(from: before, to: after)
        let isSkipped = candidates.isEmpty
        return Timestamp(microseconds: found * 1_000_000 + (isSkipped ? 0 : Int64(civil.microsecond)))
    }

    /// The next moment after another one at which the offset changes; `nil` when there is none within two years.
    func nextChange(after moment: Timestamp) -> Timestamp? {
        let start = moment.microseconds.flooring(by: 1_000_000).quotient
        let first = offset(at: moment)
        // Clocks are never changed twice within three weeks and back, but for a Ramadan: a week's step finds each change.
        for week in 1...105 {
            let end = start + Int64(week) * 7 * 86_400
            guard offset(at: Timestamp(seconds: end)) != first else { continue }
            return Timestamp(microseconds: change(from: end - 7 * 86_400, to: end) * 1_000_000)
        }
        return nil
    }

    /// The first second with the later offset, between two with different ones.
    private func change(from start: Int64, to end: Int64) -> Int64 {
        let first = offset(at: Timestamp(seconds: start))
        var (low, high) = (start, end)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(at: Timestamp(seconds: middle)) == first { low = middle } else { high = middle }
        }
        return high
    }
}

/// The name of a time zone.
enum ZoneName: ParameterKind {
    static var typeName: String { "zone" }

    static func read(_ value: LuaValue) throws -> Zone {
        guard let name = value.text, let zone = Zone(name) else {
            throw ArgumentProblem(
                "the name of a time zone such as \"Europe/Zurich\" or \"UTC\" expected, got \(value.shown)"
            )
        }
        return zone
    }
}

extension Timestamp {
    /// A moment from whole seconds since 1970.
    init(seconds: Int64) {
        self.init(microseconds: seconds * 1_000_000)
    }
}

extension Int64 {
    /// The quotient, rounded down, and the remainder, which is not negative.
    func flooring(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
